// One TLS connection of the lab: lab client|server OPTION VALUE ...
// SPDX-License-Identifier: GPL-2.0-or-later
package main

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"os"
	"time"
)

var versions = map[string]uint16{"1.0": tls.VersionTLS10, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}
var groups = map[string]tls.CurveID{"P-256": tls.CurveP256, "P-384": tls.CurveP384, "X25519": tls.X25519}
var ciphers = map[string]uint16{
	"AES128-GCM":        tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
	"AES256-GCM":        tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
	"AES128-GCM-RSA":    tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	"AES256-GCM-RSA":    tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
}

func read(path string) []byte {
	content, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	return content
}

func pool(path string) *x509.CertPool {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(read(path))
	return roots
}

// The key need not fit the certificate: tls.LoadX509KeyPair would refuse it.
func pair(chain, key string) tls.Certificate {
	var made tls.Certificate
	for rest := read(chain); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		made.Certificate = append(made.Certificate, block.Bytes)
	}
	block, _ := pem.Decode(read(key))
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		panic(err)
	}
	made.PrivateKey = parsed.(crypto.Signer)
	return made
}

func main() {
	option := map[string]string{}
	for at := 2; at+1 < len(os.Args); at += 2 {
		option[os.Args[at]] = os.Args[at+1]
	}
	config := &tls.Config{ServerName: option["name"], MinVersion: versions[option["min"]], MaxVersion: versions[option["max"]]}
	if file, ok := option["chain"]; ok {
		own := pair(file, option["key"])
		if os.Args[1] == "client" { // it sends it whatever the server's list says
			config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &own, nil }
		} else {
			config.Certificates = []tls.Certificate{own}
		}
	}
	if file, ok := option["trust"]; ok {
		config.RootCAs = pool(file)
	}
	if file, ok := option["client-ca"]; ok {
		config.ClientCAs, config.ClientAuth = pool(file), tls.RequireAndVerifyClientCert
	}
	if group, ok := option["group"]; ok {
		config.CurvePreferences = []tls.CurveID{groups[group]}
	}
	if cipher, ok := option["cipher"]; ok {
		config.CipherSuites = []uint16{ciphers[cipher]}
	}
	if name, ok := option["alpn"]; ok {
		config.NextProtos = []string{name}
	}
	if file, ok := option["keylog"]; ok {
		config.KeyLogWriter, _ = os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	}
	if os.Args[1] == "client" {
		client(option["at"], config)
	} else {
		server(option["at"], config)
	}
}

func client(at string, config *tls.Config) {
	connection, err := tls.DialWithDialer(&net.Dialer{Timeout: 10 * time.Second}, "tcp", at, config)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	io.WriteString(connection, "GET / HTTP/1.0\r\n\r\n")
	io.Copy(os.Stdout, connection)
	connection.Close()
}

func server(at string, config *tls.Config) {
	listener, err := net.Listen("tcp", at)
	if err != nil {
		panic(err)
	}
	for {
		raw, err := listener.Accept()
		if err != nil {
			return
		}
		connection := tls.Server(raw, config)
		raw.SetDeadline(time.Now().Add(20 * time.Second))
		if err := connection.Handshake(); err != nil {
			fmt.Println(err)
		} else if count, _ := connection.Read(make([]byte, 4096)); count > 0 {
			io.WriteString(connection, "HTTP/1.0 200 OK\r\n\r\nwords of the lab\n")
		}
		connection.Close()
	}
}
