// One TLS connection of the lab: Lab client|server OPTION VALUE ...
// SPDX-License-Identifier: GPL-2.0-or-later
import java.io.FileInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

public class Lab {
    static final char[] PASSWORD = "changeit".toCharArray();
    static final Map<String, String> option = new HashMap<>();

    static KeyManager[] keys() throws Exception {
        if (!option.containsKey("pkcs12"))
            return null;
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new FileInputStream(option.get("pkcs12")), PASSWORD);
        KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
        factory.init(store, PASSWORD);
        return factory.getKeyManagers();
    }

    static TrustManager[] trust(String file) throws Exception {
        if (file == null)
            return null;
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int number = 0;
        for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(new FileInputStream(file)))
            store.setCertificateEntry("ca" + number++, one);
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return factory.getTrustManagers();
    }

    static void configure(SSLParameters parameters) {
        parameters.setProtocols(option.get("protocols").split(","));
        if (option.containsKey("alpn"))
            parameters.setApplicationProtocols(new String[] {option.get("alpn")});
    }

    public static void main(String[] words) throws Exception {
        for (int at = 1; at + 1 < words.length; at += 2)
            option.put(words[at], words[at + 1]);
        SSLContext context = SSLContext.getInstance("TLS");
        boolean client = words[0].equals("client");
        context.init(keys(), trust(option.get(client ? "trust" : "client-ca")), null);
        InetAddress address = InetAddress.getByName(option.get("address"));
        int port = Integer.parseInt(option.get("port"));
        if (client)
            visit(context, address, port);
        else
            serve(context, address, port);
    }

    static void visit(SSLContext context, InetAddress address, int port) throws Exception {
        Socket raw = new Socket();
        raw.connect(new InetSocketAddress(address, port), 10000);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(raw, option.get("name"), port, true);
        SSLParameters parameters = socket.getSSLParameters();
        configure(parameters);
        parameters.setServerNames(List.of(new SNIHostName(option.get("name"))));
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(15000);
        socket.startHandshake();
        socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes());
        System.out.println(new String(socket.getInputStream().readAllBytes()));
        socket.close();
    }

    static void serve(SSLContext context, InetAddress address, int port) throws Exception {
        SSLServerSocket listener = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(port, 10, address);
        SSLParameters parameters = listener.getSSLParameters();
        configure(parameters);
        parameters.setNeedClientAuth(option.containsKey("client-ca"));
        listener.setSSLParameters(parameters);
        while (true) {
            try (SSLSocket socket = (SSLSocket) listener.accept()) {
                socket.setSoTimeout(20000);
                InputStream input = socket.getInputStream();
                if (input.read(new byte[4096]) > 0)
                    socket.getOutputStream().write("HTTP/1.0 200 OK\r\n\r\nwords of the lab\n".getBytes());
            } catch (java.io.IOException error) {
                System.out.println(error);
            }
        }
    }
}
