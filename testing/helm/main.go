// The reference for crates/helm: answers `helm template` for many charts in one process.
//
// Standard input holds one JSON request a line: {"args": ["template", "name", "chart", ...]}.
// Standard output holds one JSON answer a line: {"output": "...", "error": "..."}.
// It refuses to be more: tests only, never part of a build.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"time"

	helm "helm.sh/helm/v4/pkg/cmd"
)

type request struct {
	Args []string `json:"args"`
}

type answer struct {
	Output string `json:"output"`
	Error  string `json:"error"`
}

func run(args []string) (answered answer) {
	// A crash of one command is an answer too, and must not take the others with it.
	defer func() {
		if reason := recover(); reason != nil {
			answered = answer{Error: fmt.Sprintf("panic: %v", reason)}
		}
	}()
	var output bytes.Buffer
	command, err := helm.NewRootCmd(&output, args, func(bool) {})
	if err == nil {
		command.SetArgs(args)
		command.SetOut(&output)
		command.SetErr(io.Discard)
		err = command.Execute()
	}
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Output: output.String()}
}

// What one question may take; past it the process ends, and whoever asked begins another.
const patience = 30 * time.Second

func main() {
	log.SetOutput(io.Discard)
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<26)
	answers := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked request
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			log.Fatal(err)
		}
		watch := time.AfterFunc(patience, func() { os.Exit(1) })
		answered := run(asked.Args)
		watch.Stop()
		if err := answers.Encode(answered); err != nil {
			log.Fatal(err)
		}
	}
}
