module lianyuan/tools

go 1.26

require lianyuan v0.0.0

replace lianyuan => ../
