// Command kube is a real Kubernetes control plane for tests: etcd, kube-apiserver and the controllers that finish what the
// server begins (rollouts, namespaces, garbage), in one process on the loopback address.
//
// It is not a cluster: there is no scheduler, no kubelet and no network. It prints one JSON line when it serves, then stays until
// standard input closes or it is killed. A second start on the same directory and port continues where the first one was.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// ready is the one line on standard output.
type ready struct {
	URL        string `json:"url"`
	Token      string `json:"token"`
	CA         string `json:"ca"`
	Kubeconfig string `json:"kubeconfig"`
	Pid        int    `json:"pid"`
}

func main() {
	data := flag.String("data", "", "directory for everything that is written; made if absent")
	port := flag.Int("port", 0, "port of the API server on 127.0.0.1; 0 takes a free one")
	flag.Parse()
	if err := serve(*data, *port); err != nil {
		fmt.Fprintln(os.Stderr, "kube:", err)
		os.Exit(1)
	}
}

// serve starts the parts in order, says so, and waits for standard input to close.
func serve(data string, port int) error {
	if data == "" {
		return fmt.Errorf("give a directory with --data")
	}
	files, err := prepare(data, port)
	if err != nil {
		return fmt.Errorf("prepare %s: %w", data, err)
	}
	etcd, err := startEtcd(filepath.Join(data, "etcd"))
	if err != nil {
		return fmt.Errorf("start etcd: %w", err)
	}
	failed := make(chan error, 2)
	ctx := context.Background()
	go func() { failed <- runAPIServer(ctx, files, etcd) }()
	if err := await(files.serving, failed); err != nil {
		return err
	}
	go func() { failed <- runControllers(ctx, files) }()
	if err := await(files.controlled, failed); err != nil {
		return err
	}
	line := ready{URL: files.url(), Token: files.token, CA: files.ca(), Kubeconfig: files.kubeconfig(), Pid: os.Getpid()}
	if err := json.NewEncoder(os.Stdout).Encode(line); err != nil {
		return err
	}
	go func() { failed <- drain(os.Stdin) }()
	return <-failed
}

// drain reads until the other side is gone; that is how the parent says stop.
func drain(input io.Reader) error {
	_, err := io.Copy(io.Discard, input)
	return err
}
