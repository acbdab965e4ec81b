// Checks an audit bundle with other people's code alone: Go's own zip reader, and sumdb/note and sumdb/tlog of
// golang.org/x/mod. Usage: verify BUNDLE KEY. It knows no word of ours but the names in the container.
package main

import (
	"archive/zip"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error, where string) {
	if err != nil {
		log.Fatalf("%s: %v", where, err)
	}
}

func hashOf(line string) (hash tlog.Hash) {
	raw, err := base64.StdEncoding.DecodeString(line)
	must(err, line)
	copy(hash[:], raw)
	return hash
}

func checkpoint(raw []byte, verifier note.Verifier) (int64, tlog.Hash) {
	opened, err := note.Open(raw, note.VerifierList(verifier))
	must(err, "checkpoint")
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != verifier.Name() {
		log.Fatalf("origin is %s", lines[0])
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err, "size")
	return size, hashOf(lines[2])
}

func main() {
	archive, err := zip.OpenReader(os.Args[1])
	must(err, os.Args[1])
	entries := map[string][]byte{}
	for _, file := range archive.File {
		reader, err := file.Open()
		must(err, file.Name)
		entries[file.Name], err = io.ReadAll(reader)
		must(err, file.Name)
	}
	verifier, err := note.NewVerifier(os.Args[2])
	must(err, "key")
	size, root := checkpoint(entries["checkpoint"], verifier)
	facts, grown := 0, 0
	for name, value := range entries {
		if strings.HasPrefix(name, "events/") {
			index := strings.TrimSuffix(strings.TrimPrefix(name, "events/"), ".json")
			proof := string(entries["proofs/"+index+".tlog-proof"])
			head, signed, _ := strings.Cut(proof, "\n\n")
			lines := strings.Split(head, "\n")
			if lines[0] != "c2sp.org/tlog-proof@v1" || lines[1] != "index "+index || signed != string(entries["checkpoint"]) {
				log.Fatalf("%s: not its proof", name)
			}
			path := tlog.RecordProof{}
			for _, line := range lines[2:] {
				path = append(path, hashOf(line))
			}
			number, err := strconv.ParseInt(index, 10, 64)
			must(err, name)
			must(tlog.CheckRecord(path, size, root, number, tlog.RecordHash(value)), name)
			facts++
		}
		if strings.HasPrefix(name, "consistency/") && strings.HasSuffix(name, ".checkpoint") {
			old, before := checkpoint(value, verifier)
			head, _, _ := strings.Cut(string(entries[strings.TrimSuffix(name, "checkpoint")+"add-checkpoint"]), "\n\n")
			path := tlog.TreeProof{}
			for _, line := range strings.Split(head, "\n")[1:] {
				path = append(path, hashOf(line))
			}
			must(tlog.CheckTree(path, size, root, old, before), name)
			grown++
		}
	}
	fmt.Printf("%d facts in a log of %d, grown from %d earlier checkpoints\n", facts, size, grown)
}
