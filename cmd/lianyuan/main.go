// Command lianyuan runs the on-site coordination mechanism for social emergency forces.
package main

func main() {}
