package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

const (
	// keyBits is the size of the key that signs service account tokens.
	keyBits = 2048
	// startupMax is the longest time a part may take until it serves.
	startupMax = 60 * time.Second
	// pollEvery is how often a part is asked whether it serves.
	pollEvery = 25 * time.Millisecond
)

// files knows where everything is: the directory, the port and the administrator's token.
type files struct {
	data  string
	port  int
	token string
}

// prepare makes what a first start needs and reads it back at a later one.
func prepare(data string, port int) (*files, error) {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, err
	}
	if port == 0 {
		free, err := freePort()
		if err != nil {
			return nil, err
		}
		port = free
	}
	token, err := keep(filepath.Join(data, "token"), newToken)
	if err != nil {
		return nil, err
	}
	f := &files{data: data, port: port, token: string(token)}
	if _, err := keep(f.key(), newKey); err != nil {
		return nil, err
	}
	users := fmt.Sprintf("%s,admin,admin,system:masters\n", f.token)
	if err := os.WriteFile(f.users(), []byte(users), 0o600); err != nil {
		return nil, err
	}
	return f, os.WriteFile(f.kubeconfig(), []byte(f.kubeconfigText()), 0o600)
}

func (f *files) url() string          { return fmt.Sprintf("https://127.0.0.1:%d", f.port) }
func (f *files) certificates() string { return filepath.Join(f.data, "certificates") }
func (f *files) ca() string           { return filepath.Join(f.certificates(), "apiserver.crt") }
func (f *files) key() string          { return filepath.Join(f.data, "service-account.key") }
func (f *files) users() string        { return filepath.Join(f.data, "users.csv") }
func (f *files) kubeconfig() string   { return filepath.Join(f.data, "kubeconfig") }

func (f *files) kubeconfigText() string {
	return fmt.Sprintf(`apiVersion: v1
kind: Config
current-context: kube
clusters:
- name: kube
  cluster: {server: %q, certificate-authority: %q}
users:
- name: admin
  user: {token: %q}
contexts:
- name: kube
  context: {cluster: kube, user: admin}
`, f.url(), f.ca(), f.token)
}

// serving reports whether the API server answers that it is ready.
func (f *files) serving() bool { return f.get("/readyz") }

// controlled reports whether the controllers have begun to work.
func (f *files) controlled() bool { return f.get("/api/v1/namespaces/default/serviceaccounts/default") }

func (f *files) get(path string) bool {
	pool := x509.NewCertPool()
	if pem, err := os.ReadFile(f.ca()); err != nil || !pool.AppendCertsFromPEM(pem) {
		return false
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, DisableKeepAlives: true}
	request, err := http.NewRequest(http.MethodGet, f.url()+path, nil)
	if err != nil {
		return false
	}
	request.Header.Set("Authorization", "Bearer "+f.token)
	response, err := (&http.Client{Transport: transport, Timeout: time.Second}).Do(request)
	if err != nil {
		return false
	}
	response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// await polls until a part serves, a part fails, or startupMax is over.
func await(serves func() bool, failed <-chan error) error {
	deadline := time.After(startupMax)
	for !serves() {
		select {
		case err := <-failed:
			return err
		case <-deadline:
			return fmt.Errorf("not ready after %s", startupMax)
		case <-time.After(pollEvery):
		}
	}
	return nil
}

// keep reads a file, or makes it where it is not there yet.
func keep(path string, make func() ([]byte, error)) ([]byte, error) {
	content, err := os.ReadFile(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return content, err
	}
	if content, err = make(); err != nil {
		return nil, err
	}
	return content, os.WriteFile(path, content, 0o600)
}

func newToken() ([]byte, error) {
	random := make([]byte, 16)
	_, err := rand.Read(random)
	return []byte(hex.EncodeToString(random)), err
}

func newKey() ([]byte, error) {
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}), nil
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}
