module lianyuan

go 1.26
