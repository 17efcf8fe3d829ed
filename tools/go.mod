module lianyuan/tools

go 1.26
