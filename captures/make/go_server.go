// A TLS 1.2 server in Go that requests certificates issued by the CAs in a file: go_server ADDRESS CERT KEY CAS
// SPDX-License-Identifier: GPL-2.0-or-later
package main

import (
	"crypto/tls"
	"crypto/x509"
	"log"
	"os"
)

func main() {
	certificate, err := tls.LoadX509KeyPair(os.Args[2], os.Args[3])
	if err != nil {
		log.Fatal(err)
	}
	accepted, err := os.ReadFile(os.Args[4])
	if err != nil {
		log.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(accepted)
	listener, err := tls.Listen("tcp", os.Args[1], &tls.Config{
		Certificates: []tls.Certificate{certificate},
		ClientAuth:   tls.VerifyClientCertIfGiven,
		ClientCAs:    pool,
		MaxVersion:   tls.VersionTLS12,
	})
	if err != nil {
		log.Fatal(err)
	}
	for {
		connection, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go func() {
			connection.(*tls.Conn).Handshake()
			connection.Read(make([]byte, 100))
			connection.Close()
		}()
	}
}
