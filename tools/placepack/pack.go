package main

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
)

// chunk is one separately compressed part of a file.
type chunk struct {
	key  uint64
	body []byte
}

// deflate compresses as small as the standard library can.
func deflate(body []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// shelve writes chunks one behind the other, after a table of contents: number
// of chunks, then for each its key (as the difference from the one before) and
// its compressed length, all as unsigned varints. Keys must ascend.
func shelve(chunks []chunk) ([]byte, error) {
	head := binary.AppendUvarint(nil, uint64(len(chunks)))
	var bodies []byte
	var last uint64
	for _, c := range chunks {
		packed, err := deflate(c.body)
		if err != nil {
			return nil, err
		}
		head = binary.AppendUvarint(head, c.key-last)
		head = binary.AppendUvarint(head, uint64(len(packed)))
		last = c.key
		bodies = append(bodies, packed...)
	}
	return append(head, bodies...), nil
}
