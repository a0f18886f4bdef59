package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/pulumi/pulumi/sdk/v3/python/toolchain"
)

// runPolicyPack starts a pack once the engine has told what stack it will judge.
func (host *languageHost) runPolicyPack(
	ctx context.Context, python toolchain.Toolchain, request *pulumirpc.RunPluginRequest, stdout, stderr io.Writer,
) error {
	proxy, packStdout, err := sdk.NewPolicyProxy(ctx, stdout)
	if err != nil {
		return fmt.Errorf("could not start the policy proxy: %w", err)
	}
	stack, err := proxy.AwaitConfiguration(ctx)
	if err != nil {
		return fmt.Errorf("the engine never said what the policy pack is to judge: %w", err)
	}

	pack := request.GetInfo().GetProgramDirectory()
	arguments := append([]string{"-u", "-m", "pulumi.policy"}, request.GetArgs()...)
	command, err := python.Command(ctx, append(arguments, pack)...)
	if err != nil {
		return err
	}
	environment, err := stackEnvironment(stack)
	if err != nil {
		return err
	}
	command.Dir = pack
	command.Stdout, command.Stderr = packStdout, stderr
	command.Env = append(append(commandEnvironment(command), request.GetEnv()...), environment...)
	if err := command.Start(); err != nil {
		return fmt.Errorf("the policy pack could not be started: %w", err)
	}
	return proxy.Attach(ctx, command)
}

// stackEnvironment names what a pack's library reads at its start; nothing where there is no stack.
func stackEnvironment(stack *pulumirpc.AnalyzerStackConfigureRequest) ([]string, error) {
	if stack == nil {
		return nil, nil
	}
	environment, err := configurationEnvironment(stack.GetConfig(), stack.GetConfigSecretKeys())
	if err != nil {
		return nil, err
	}
	return append(environment,
		"PULUMI_ORGANIZATION="+stack.GetOrganization(),
		"PULUMI_PROJECT="+stack.GetProject(),
		"PULUMI_STACK="+stack.GetStack(),
		"PULUMI_DRY_RUN="+strconv.FormatBool(stack.GetDryRun()),
	), nil
}

func runResourcePlugin(
	ctx context.Context, python toolchain.Toolchain, request *pulumirpc.RunPluginRequest, stdout, stderr io.Writer,
) error {
	info := request.GetInfo()
	program := filepath.Join(info.GetProgramDirectory(), info.GetEntryPoint())
	command, err := python.Command(ctx, append([]string{"-u", program}, request.GetArgs()...)...)
	if err != nil {
		return err
	}
	command.Dir = request.GetPwd()
	if len(request.GetEnv()) > 0 {
		command.Env = append(commandEnvironment(command), request.GetEnv()...)
	}
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, stdout, stderr
	return command.Run()
}
