package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/pulumi/pulumi/sdk/v3/python/toolchain"
)

// pythonOptions reads the `runtime.options` of a Pulumi.yaml or PulumiPolicy.yaml.
func pythonOptions(info *pulumirpc.ProgramInfo) (toolchain.PythonOptions, error) {
	options := toolchain.PythonOptions{
		Root:       info.GetRootDirectory(),
		ProgramDir: info.GetProgramDirectory(),
	}
	given := info.GetOptions().AsMap()
	text := func(key string) (string, error) {
		value, found := given[key]
		if !found {
			return "", nil
		}
		asText, ok := value.(string)
		if !ok {
			return "", fmt.Errorf("runtime option %q is %v, but must be a string", key, value)
		}
		return asText, nil
	}
	var err error
	if options.Virtualenv, err = text("virtualenv"); err != nil {
		return options, err
	}
	name, err := text("toolchain")
	if err != nil {
		return options, err
	}
	switch name {
	case "":
		options.Toolchain = toolchain.Auto
	case "pip":
		options.Toolchain = toolchain.Pip
	case "poetry":
		options.Toolchain = toolchain.Poetry
	case "uv":
		options.Toolchain = toolchain.Uv
	default:
		return options, fmt.Errorf("runtime option \"toolchain\" is %q, but must be pip, poetry or uv", name)
	}
	return options, nil
}

// GetRequiredPackages lists the providers that the program's Python packages belong to, so that the engine can
// install those that are missing. Each such package carries a pulumi-plugin.json.
func (host *languageHost) GetRequiredPackages(
	ctx context.Context, request *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	python, err := resolve(request.GetInfo())
	if err != nil {
		return nil, err
	}
	directories, err := sitePackages(ctx, python)
	if err != nil {
		return nil, err
	}
	response := &pulumirpc.GetRequiredPackagesResponse{}
	for _, directory := range directories {
		descriptions, err := filepath.Glob(filepath.Join(directory, "*", "pulumi-plugin.json"))
		if err != nil {
			return nil, err
		}
		sort.Strings(descriptions)
		for _, description := range descriptions {
			dependency, err := readPlugin(description)
			if err != nil {
				return nil, err
			}
			if dependency != nil {
				response.Packages = append(response.Packages, dependency)
			}
		}
	}
	return response, nil
}

func sitePackages(ctx context.Context, python toolchain.Toolchain) ([]string, error) {
	environment, err := python.VirtualEnvPath(ctx)
	if err == nil && environment != "" {
		return filepath.Glob(filepath.Join(environment, "lib", "python*", "site-packages"))
	}
	// No virtual environment is named: ask the interpreter itself.
	command, err := python.Command(ctx, "-c", "import json, site, sysconfig; "+
		"print(json.dumps(sorted({sysconfig.get_path('purelib'), *site.getsitepackages()})))")
	if err != nil {
		return nil, err
	}
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("could not ask Python where its packages are: %w", err)
	}
	var directories []string
	return directories, json.Unmarshal(output, &directories)
}

// readPlugin returns nothing for a package that needs no provider, such as a policy library.
func readPlugin(path string) (*pulumirpc.PackageDependency, error) {
	content, err := os.ReadFile(path) //nolint:gosec // a file that the environment itself installed
	if err != nil {
		return nil, err
	}
	var plugin struct {
		Resource bool   `json:"resource"`
		Name     string `json:"name"`
		Version  string `json:"version"`
		Server   string `json:"server"`
	}
	if err := json.Unmarshal(content, &plugin); err != nil {
		return nil, fmt.Errorf("%s is not what it should be: %w", path, err)
	}
	if !plugin.Resource {
		return nil, nil
	}
	if plugin.Name == "" {
		plugin.Name = strings.TrimPrefix(filepath.Base(filepath.Dir(path)), "pulumi_")
	}
	version := plugin.Version
	if version != "" && !strings.HasPrefix(version, "v") {
		version = "v" + version
	}
	return &pulumirpc.PackageDependency{
		Name: plugin.Name, Kind: "resource", Version: version, Server: plugin.Server,
	}, nil
}

// About answers `pulumi about`.
func (host *languageHost) About(
	ctx context.Context, request *pulumirpc.AboutRequest,
) (*pulumirpc.AboutResponse, error) {
	python, err := resolve(request.GetInfo())
	if err != nil {
		return nil, err
	}
	info, err := python.About(ctx)
	if err != nil {
		return nil, err
	}
	return &pulumirpc.AboutResponse{Executable: info.PythonExecutable, Version: info.PythonVersion.String()}, nil
}

// GetProgramDependencies answers `pulumi about` and lists what a program depends on.
func (host *languageHost) GetProgramDependencies(
	ctx context.Context, request *pulumirpc.GetProgramDependenciesRequest,
) (*pulumirpc.GetProgramDependenciesResponse, error) {
	python, err := resolve(request.GetInfo())
	if err != nil {
		return nil, err
	}
	packages, err := python.ListPackages(ctx, request.GetTransitiveDependencies())
	if err != nil {
		return nil, err
	}
	response := &pulumirpc.GetProgramDependenciesResponse{}
	for _, dependency := range packages {
		response.Dependencies = append(response.Dependencies,
			&pulumirpc.DependencyInfo{Name: dependency.Name, Version: dependency.Version})
	}
	return response, nil
}

// InstallDependencies serves `pulumi install`.
func (host *languageHost) InstallDependencies(
	request *pulumirpc.InstallDependenciesRequest, server pulumirpc.LanguageRuntime_InstallDependenciesServer,
) error {
	closer, stdout, stderr, err := rpcutil.MakeInstallDependenciesStreams(server, request.GetIsTerminal())
	if err != nil {
		return err
	}
	defer func() { _ = closer.Close() }()
	python, err := resolve(request.GetInfo())
	if err != nil {
		return err
	}
	ctx := server.Context()
	directory := request.GetInfo().GetProgramDirectory()
	if err := python.InstallDependencies(
		ctx, directory, request.GetUseLanguageVersionTools(), true, stdout, stderr); err != nil {
		return fmt.Errorf("could not install the program's packages: %w", err)
	}
	return nil
}
