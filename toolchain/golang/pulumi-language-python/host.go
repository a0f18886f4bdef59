package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/pulumi/pulumi/sdk/v3"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/logging"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/pulumi/pulumi/sdk/v3/python/toolchain"
	"google.golang.org/protobuf/types/known/emptypb"
)

const (
	// healthcheckInterval is how often the host asks whether its engine is still there.
	healthcheckInterval = 2 * time.Second

	// messageShownExitCode is what the shim exits with when it has already shown the user what went wrong.
	messageShownExitCode = 32
)

type languageHost struct {
	pulumirpc.UnimplementedLanguageRuntimeServer

	executor      string
	engineAddress string
	tracing       string
}

func rpcContext() (context.Context, context.CancelFunc) {
	return context.WithCancel(context.Background())
}

// Handshake learns the engine's address where it was not given on the command line.
func (host *languageHost) Handshake(
	_ context.Context, request *pulumirpc.LanguageHandshakeRequest,
) (*pulumirpc.LanguageHandshakeResponse, error) {
	host.engineAddress = request.GetEngineAddress()
	return &pulumirpc.LanguageHandshakeResponse{}, nil
}

func (host *languageHost) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: sdk.Version.String()}, nil
}

func (host *languageHost) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// Run executes a Pulumi program to its end. A program that fails is an answer, not an error of the host.
func (host *languageHost) Run(ctx context.Context, request *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	environment, err := configurationEnvironment(request.GetConfig(), request.GetConfigSecretKeys())
	if err != nil {
		return nil, err
	}
	python, err := resolve(request.GetInfo())
	if err != nil {
		return nil, err
	}
	if err := python.ValidateVenv(ctx); err != nil {
		return nil, fmt.Errorf("%w: run `pulumi install` to make it", err)
	}
	command, err := python.Command(ctx, host.programArguments(request)...)
	if err != nil {
		return nil, err
	}
	command.Dir = request.GetPwd()
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	command.Env = append(commandEnvironment(command), environment...)
	logging.V(5).Infof("running %s", command)
	return runResponse(command.Run())
}

// runResponse turns the end of a program into what the engine shows: nothing, a failure, or that all has been said.
func runResponse(err error) (*pulumirpc.RunResponse, error) {
	if err == nil {
		return &pulumirpc.RunResponse{}, nil
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return nil, fmt.Errorf("the program could not be started: %w", err)
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Exited() {
		if status.ExitStatus() == messageShownExitCode {
			return &pulumirpc.RunResponse{Bail: true}, nil
		}
		return &pulumirpc.RunResponse{
			Error: fmt.Sprintf("the program ended with exit code %d", status.ExitStatus()),
		}, nil
	}
	return &pulumirpc.RunResponse{Error: fmt.Sprintf("the program ended unexpectedly: %v", exit)}, nil
}

func (host *languageHost) programArguments(request *pulumirpc.RunRequest) []string {
	arguments := []string{"-u", host.executor}
	for _, flag := range []struct{ name, value string }{
		{"monitor", request.GetMonitorAddress()},
		{"engine", host.engineAddress},
		{"organization", request.GetOrganization()},
		{"project", request.GetProject()},
		{"root_directory", request.GetInfo().GetRootDirectory()},
		{"stack", request.GetStack()},
		{"pwd", request.GetPwd()},
		{"dry_run", strconv.FormatBool(request.GetDryRun())},
		{"parallel", strconv.Itoa(int(request.GetParallel()))},
		{"tracing", host.tracing},
	} {
		if flag.value != "" {
			arguments = append(arguments, "--"+flag.name, flag.value)
		}
	}
	info := request.GetInfo()
	program := filepath.Join(info.GetProgramDirectory(), info.GetEntryPoint())
	arguments = append(arguments, program)
	return append(arguments, request.GetArgs()...)
}

// RunPlugin runs a plugin written in Python until it ends. Policy packs get the proxy of the SDK, since the packs'
// library expects the stack's configuration in its environment before it starts.
func (host *languageHost) RunPlugin(
	request *pulumirpc.RunPluginRequest, server pulumirpc.LanguageRuntime_RunPluginServer,
) error {
	closer, stdout, stderr, err := rpcutil.MakeRunPluginStreams(server, false)
	if err != nil {
		return err
	}
	defer func() { _ = closer.Close() }()

	python, err := resolve(request.GetInfo())
	if err != nil {
		return err
	}
	ctx := server.Context()
	if request.GetKind() == "analyzer" {
		err = host.runPolicyPack(ctx, python, request, stdout, stderr)
	} else {
		err = runResourcePlugin(ctx, python, request, stdout, stderr)
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code := int32(exit.ExitCode()) //nolint:gosec // an exit code fits
		return server.Send(&pulumirpc.RunPluginResponse{
			Output: &pulumirpc.RunPluginResponse_Exitcode{Exitcode: code},
		})
	}
	return err
}

// configurationEnvironment is how a Python program receives its stack's configuration.
func configurationEnvironment(config map[string]string, secretKeys []string) ([]string, error) {
	if config == nil {
		config = map[string]string{}
	}
	if secretKeys == nil {
		secretKeys = []string{}
	}
	values, err := json.Marshal(config)
	if err != nil {
		return nil, fmt.Errorf("could not encode the stack's configuration: %w", err)
	}
	keys, err := json.Marshal(secretKeys)
	if err != nil {
		return nil, fmt.Errorf("could not encode the names of secret configuration keys: %w", err)
	}
	return []string{"PULUMI_CONFIG=" + string(values), "PULUMI_CONFIG_SECRET_KEYS=" + string(keys)}, nil
}

func commandEnvironment(command *exec.Cmd) []string {
	if command.Env != nil {
		return command.Env
	}
	return os.Environ()
}

func resolve(info *pulumirpc.ProgramInfo) (toolchain.Toolchain, error) {
	options, err := pythonOptions(info)
	if err != nil {
		return nil, err
	}
	return toolchain.ResolveToolchain(options)
}
