// One TLS connection of the lab: lab.js client|server OPTION VALUE ...
// SPDX-License-Identifier: GPL-2.0-or-later
"use strict";
const fs = require("fs");
const tls = require("tls");

const [role, ...words] = process.argv.slice(2);
const option = {};
for (let at = 0; at + 1 < words.length; at += 2) option[words[at]] = words[at + 1];

const settings = { host: option.address, port: Number(option.port), minVersion: option.min, maxVersion: option.max };
if (option.chain) Object.assign(settings, { cert: fs.readFileSync(option.chain), key: fs.readFileSync(option.key) });
if (option.cipher) settings.ciphers = option.cipher;
if (option.group) settings.ecdhCurve = option.group;
if (option.alpn) settings.ALPNProtocols = [option.alpn];
const keep = (line) => option.keylog && fs.appendFileSync(option.keylog, line);

if (role === "client") {
  const socket = tls.connect({ ...settings, servername: option.name, ca: fs.readFileSync(option.trust) }, () => {
    socket.write("GET / HTTP/1.0\r\n\r\n");
  });
  socket.on("keylog", keep);
  socket.on("data", (data) => process.stdout.write(data));
  socket.on("error", (error) => { console.log(String(error)); process.exitCode = 1; });
} else {
  if (option["client-ca"]) Object.assign(settings, { ca: fs.readFileSync(option["client-ca"]), requestCert: true, rejectUnauthorized: true });
  const server = tls.createServer(settings, (socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.end("HTTP/1.0 200 OK\r\n\r\nwords of the lab\n"));
  });
  server.on("keylog", keep);
  server.on("tlsClientError", (error) => console.log(String(error)));
  server.listen(settings.port, settings.host);
}
