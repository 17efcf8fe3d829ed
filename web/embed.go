// Package web carries the built pages inside the binary.
package web

import "embed"

// Dist holds what `npm run build` wrote; it is empty but for a marker in a tree whose pages were never built.
//
//go:embed all:dist
var Dist embed.FS
