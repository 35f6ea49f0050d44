package dev.headrace.testing.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;

/**
 * An S3 server for tests: s3proxy over a folder, whose subfolders are the buckets. It keeps its port and its data over a
 * restart. Requests are signed with {@link #ACCESS_KEY} and {@link #SECRET_KEY}, and addressed by path.
 */
public final class S3Server implements AutoCloseable {
    public static final String ACCESS_KEY = "test-access";
    public static final String SECRET_KEY = "test-secret";
    public static final String REGION = "us-east-1";

    private static final String LOOPBACK = "127.0.0.1";

    private final Path folder;
    private final String address;
    private final int port;
    private S3Proxy proxy;

    private S3Server(Path folder, String address, int port) {
        this.folder = folder;
        this.address = address;
        this.port = port;
    }

    /** Starts a server with that bucket on a free port. */
    public static S3Server start(Path folder, String bucket) {
        return start(folder, bucket, freePort());
    }

    public static S3Server start(Path folder, String bucket, int port) {
        return start(folder, bucket, LOOPBACK, port);
    }

    /** Serves at that address of this machine; {@code 0.0.0.0} is all of them. */
    public static S3Server start(Path folder, String bucket, String address, int port) {
        S3Server server = new S3Server(folder, address, port);
        server.createBucket(bucket);
        server.start();
        return server;
    }

    /**
     * Runs a server: {@code FOLDER BUCKET PORT [ADDRESS]}; without an address, on the loopback one. Prints its address once it
     * serves; ends by a signal.
     */
    public static void main(String[] arguments) throws InterruptedException {
        String address = arguments.length > 3 ? arguments[3] : LOOPBACK;
        S3Server server = start(Path.of(arguments[0]), arguments[1], address, Integer.parseInt(arguments[2]));
        System.out.println(server.endpoint());
        new CountDownLatch(1).await();
    }

    public URI endpoint() {
        return URI.create("http://" + address + ":" + port);
    }

    public int port() {
        return port;
    }

    /** What a client needs, by the names of an object store's settings. */
    public Map<String, String> settings() {
        return Map.of(
                "endpoint", endpoint().toString(),
                "region", REGION,
                "path-style-access", "true",
                "access-key", ACCESS_KEY,
                "secret-key", SECRET_KEY);
    }

    public void createBucket(String bucket) {
        try {
            Files.createDirectories(folder.resolve(bucket));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts the server again where it was. */
    public synchronized void start() {
        if (proxy != null) {
            return;
        }
        Properties properties = new Properties();
        properties.setProperty("jclouds.filesystem.basedir", folder.toString());
        proxy = S3Proxy.builder()
                .blobStore(new WholeObjects(BlobStores.create("filesystem-nio2", properties)))
                .endpoint(endpoint())
                .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
                .ignoreUnknownHeaders(true)
                .stopTimeout(0)
                .build();
        try {
            proxy.start();
        } catch (Exception e) {
            throw new IllegalStateException("cannot start an S3 server at " + endpoint(), e);
        }
    }

    public synchronized void stop() {
        if (proxy == null) {
            return;
        }
        try {
            proxy.stop();
            proxy = null;
        } catch (Exception e) {
            throw new IllegalStateException("cannot stop the S3 server at " + endpoint(), e);
        }
    }

    @Override
    public void close() {
        stop();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
