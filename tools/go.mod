module lianyuan/tools

go 1.26.0

require lianyuan v0.0.0

replace lianyuan => ../
