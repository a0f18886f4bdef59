// pulumi-language-python is the language host that runs Pulumi's Python programs and policy packs.
//
// The official host is not in any package registry, but all it rests on is part of the Pulumi SDK: the toolchains
// (pip, uv, poetry), the proxy for policy packs and the Python shim. This host puts them together. It serves the
// calls that the engine makes to preview, update, destroy and judge; it generates no code.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/cmdutil"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// executorName is the Python shim that runs a program; it is installed beside this host.
const executorName = "pulumi-language-python-exec"

func main() {
	var tracing, root string
	flag.StringVar(&tracing, "tracing", "", "a Zipkin-compatible endpoint to send tracing data to")
	flag.StringVar(&root, "root", "", "accepted for compatibility; requests carry their own root directory")
	flag.Parse()

	executor, err := findExecutor()
	if err != nil {
		cmdutil.Exit(err)
	}
	host := &languageHost{executor: executor, tracing: tracing}
	if flag.NArg() > 0 {
		host.engineAddress = flag.Arg(0)
	}

	cancel := make(chan bool)
	if host.engineAddress != "" {
		// Without this a host outlives an engine that was killed.
		ctx, stop := rpcContext()
		defer stop()
		if err := rpcutil.Healthcheck(ctx, host.engineAddress, healthcheckInterval, func() { close(cancel) }); err != nil {
			cmdutil.Exit(fmt.Errorf("could not watch the engine at %s: %w", host.engineAddress, err))
		}
	}

	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: cancel,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, host)
			return nil
		},
		Options: rpcutil.TracingServerInterceptorOptions(nil),
	})
	if err != nil {
		cmdutil.Exit(fmt.Errorf("could not start the language host: %w", err))
	}
	fmt.Printf("%d\n", handle.Port)
	if err := <-handle.Done; err != nil {
		cmdutil.Exit(fmt.Errorf("the language host stopped serving: %w", err))
	}
}

// findExecutor looks for the shim beside this binary, then on PATH.
func findExecutor() (string, error) {
	if self, err := os.Executable(); err == nil {
		beside := self + "-exec"
		if _, err := os.Stat(beside); err == nil {
			return beside, nil
		}
	}
	found, err := exec.LookPath(executorName)
	if err != nil {
		return "", fmt.Errorf("%s is neither beside the language host nor on PATH: install the toolchain again: %w",
			executorName, err)
	}
	return found, nil
}
