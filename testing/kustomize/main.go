// The reference program for the differential test of crates/kustomize: trees in, objects out, one JSON value a line.
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"os"
	"strings"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/openapi"
)

type tree struct {
	Root  string            `json:"root"`
	Files map[string]string `json:"files"`
}

type answer struct {
	Text  string `json:"text"`
	Error string `json:"error"`
}

func main() {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		log.Fatal(err)
	}
	// Warnings about deprecated fields are not compared.
	os.Stderr = null
	log.SetOutput(null)
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	decoder := json.NewDecoder(lines)
	out := json.NewEncoder(os.Stdout)
	for decoder.More() {
		var t tree
		if err := decoder.Decode(&t); err != nil {
			os.Exit(1)
		}
		if err := out.Encode(build(t)); err != nil {
			os.Exit(1)
		}
	}
}

func build(t tree) (result answer) {
	defer func() {
		if r := recover(); r != nil {
			result = answer{Error: "panic"}
		}
	}()
	files := filesys.MakeFsInMemory()
	for path, text := range t.Files {
		if strings.Contains(text, "openapi") {
			// A schema outlives its build otherwise, and the one of the build before is there already.
			openapi.ResetOpenAPI()
			defer openapi.ResetOpenAPI()
		}
		if err := files.WriteFile(path, []byte(text)); err != nil {
			return answer{Error: err.Error()}
		}
	}
	options := krusty.MakeDefaultOptions()
	options.Reorder = krusty.ReorderOptionNone
	objects, err := krusty.MakeKustomizer(options).Run(files, t.Root)
	if err != nil {
		return answer{Error: err.Error()}
	}
	text, err := objects.AsYaml()
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Text: string(text)}
}
