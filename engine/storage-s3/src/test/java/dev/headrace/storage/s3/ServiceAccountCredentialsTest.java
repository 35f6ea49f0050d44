package dev.headrace.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.headrace.api.storage.ObjectStore;
import dev.headrace.testing.s3.S3Server;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pod whose ServiceAccount stands for a role of AWS has a token in a file, and exchanges it for keys. */
class ServiceAccountCredentialsTest {
    private static final String ANSWER = """
            <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
              <AssumeRoleWithWebIdentityResult><Credentials>
                <AccessKeyId>%s</AccessKeyId><SecretAccessKey>%s</SecretAccessKey>
                <SessionToken>of the session</SessionToken><Expiration>%s</Expiration>
              </Credentials></AssumeRoleWithWebIdentityResult>
            </AssumeRoleWithWebIdentityResponse>
            """.formatted(
                    S3Server.ACCESS_KEY, S3Server.SECRET_KEY, Instant.now().plusSeconds(3600));

    @TempDir
    Path folder;

    @Test
    void the_token_of_a_pod_is_exchanged_for_keys() throws Exception {
        AtomicReference<String> asked = new AtomicReference<>("");
        HttpServer tokens = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        tokens.createContext("/", exchange -> {
            asked.set(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] answer = ANSWER.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/xml");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        tokens.start();
        Path token = Files.writeString(folder.resolve("token"), "signed-by-the-cluster");
        Map<String, String> properties = Map.of(
                "aws.roleArn",
                "arn:aws:iam::123456789012:role/orders",
                "aws.webIdentityTokenFile",
                token.toString(),
                "aws.region",
                S3Server.REGION,
                "aws.endpointUrlSts",
                "http://127.0.0.1:" + tokens.getAddress().getPort());
        properties.forEach(System::setProperty);
        try (S3Server server = S3Server.start(folder.resolve("s3"), "bucket")) {
            ObjectStore store = new S3Provider()
                    .open(
                            "s3://bucket/state",
                            Map.of("endpoint", server.endpoint().toString()));
            store.put("a", new byte[] {1}, 0, 1);
            assertThat(store.get("a")).hasValue(new byte[] {1});
            assertThat(asked.get()).contains("signed-by-the-cluster", "role%2Forders");
        } finally {
            properties.keySet().forEach(System::clearProperty);
            tokens.stop(0);
        }
    }
}
