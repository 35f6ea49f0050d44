import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * As much of S3 as a training run needs, in memory: objects, conditional writes, lists, ranges, uploads in parts. It checks
 * no signature. Prints its address, and ends with the process.
 */
final class TrainingStorage {
    private static final Pattern KEY = Pattern.compile("<Key>([^<]*)</Key>");
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

    private final TreeMap<String, byte[]> objects = new TreeMap<>();
    private int uploads;

    public static void main(String[] arguments) throws IOException {
        TrainingStorage storage = new TrainingStorage();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", storage::serve);
        server.start();
        System.out.println("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = body(exchange);
            synchronized (this) {
                answer(exchange, body);
            }
        }
    }

    /** The body without the frame that the SDK's signed streams have. */
    private static byte[] body(HttpExchange exchange) throws IOException {
        byte[] bytes = exchange.getRequestBody().readAllBytes();
        String encoding = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        if (!encoding.contains("aws-chunked")) {
            return bytes;
        }
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        int at = 0;
        while (true) {
            int end = at;
            while (bytes[end] != '\r') {
                end++;
            }
            String head = new String(bytes, at, end - at, StandardCharsets.US_ASCII).split(";")[0];
            int length = Integer.parseInt(head, 16);
            if (length == 0) {
                return out.toByteArray();
            }
            out.write(bytes, end + 2, length);
            at = end + 2 + length + 2;
        }
    }

    private void answer(HttpExchange exchange, byte[] body) throws IOException {
        URI uri = exchange.getRequestURI();
        Map<String, String> query = query(uri);
        String path = uri.getPath().substring(1);
        int slash = path.indexOf('/');
        String bucket = slash < 0 ? path : path.substring(0, slash);
        String key = slash < 0 ? "" : path.substring(slash + 1);
        switch (exchange.getRequestMethod()) {
            case "GET", "HEAD" -> {
                if (key.isEmpty()) {
                    list(exchange, bucket, query);
                } else {
                    get(exchange, path);
                }
            }
            case "PUT" -> put(exchange, path, query, body);
            case "POST" -> post(exchange, path, query, body);
            default -> {
                objects.remove(path);
                send(exchange, 204, new byte[0]);
            }
        }
    }

    private void list(HttpExchange exchange, String bucket, Map<String, String> query) throws IOException {
        if (query.containsKey("uploads")) {
            send(exchange, 200, "<ListMultipartUploadsResult><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>");
            return;
        }
        StringBuilder xml = new StringBuilder("<ListBucketResult><IsTruncated>false</IsTruncated>");
        String start = bucket + "/" + query.getOrDefault("prefix", "");
        objects.tailMap(start).entrySet().stream()
                .takeWhile(e -> e.getKey().startsWith(start))
                .filter(e -> !e.getKey().contains("?"))
                .forEach(e -> xml.append("<Contents><Key>")
                        .append(e.getKey().substring(bucket.length() + 1))
                        .append("</Key><LastModified>")
                        .append(Instant.EPOCH)
                        .append("</LastModified><ETag>\"x\"</ETag><Size>")
                        .append(e.getValue().length)
                        .append("</Size></Contents>"));
        send(exchange, 200, xml.append("</ListBucketResult>").toString());
    }

    private void get(HttpExchange exchange, String path) throws IOException {
        byte[] object = objects.get(path);
        if (object == null) {
            send(exchange, 404, "<Error><Code>NoSuchKey</Code><Message>none</Message></Error>");
            return;
        }
        Matcher range = RANGE.matcher(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
        if (range.matches()) {
            int from = Integer.parseInt(range.group(1));
            int to = range.group(2).isEmpty() ? object.length : Math.min(object.length, Integer.parseInt(range.group(2)) + 1);
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + object.length);
            send(exchange, 206, Arrays.copyOfRange(object, from, to));
        } else {
            send(exchange, 200, object);
        }
    }

    private void put(HttpExchange exchange, String path, Map<String, String> query, byte[] body) throws IOException {
        String key = query.containsKey("uploadId")
                ? path + "?" + query.get("uploadId") + "/" + String.format("%05d", Integer.parseInt(query.get("partNumber")))
                : path;
        boolean taken = exchange.getRequestHeaders().containsKey("If-None-Match") && objects.containsKey(key);
        if (taken) {
            send(exchange, 412, "<Error><Code>PreconditionFailed</Code><Message>it is there</Message></Error>");
            return;
        }
        objects.put(key, body);
        send(exchange, 200, new byte[0]);
    }

    private void post(HttpExchange exchange, String path, Map<String, String> query, byte[] body) throws IOException {
        if (query.containsKey("delete")) {
            Matcher keys = KEY.matcher(new String(body, StandardCharsets.UTF_8));
            while (keys.find()) {
                objects.remove(path.replaceAll("/.*", "") + "/" + keys.group(1));
            }
            send(exchange, 200, "<DeleteResult/>");
        } else if (query.containsKey("uploads")) {
            send(
                    exchange,
                    200,
                    "<InitiateMultipartUploadResult><UploadId>" + ++uploads
                            + "</UploadId></InitiateMultipartUploadResult>");
        } else {
            java.io.ByteArrayOutputStream whole = new java.io.ByteArrayOutputStream();
            String parts = path + "?" + query.get("uploadId") + "/";
            for (Map.Entry<String, byte[]> part : objects.tailMap(parts).entrySet()) {
                if (part.getKey().startsWith(parts)) {
                    whole.write(part.getValue());
                }
            }
            objects.put(path, whole.toByteArray());
            objects.keySet().removeIf(k -> k.startsWith(parts));
            send(exchange, 200, "<CompleteMultipartUploadResult><ETag>\"x\"</ETag></CompleteMultipartUploadResult>");
        }
    }

    private static Map<String, String> query(URI uri) {
        Map<String, String> fields = new HashMap<>();
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        for (String field : query.split("&")) {
            String[] sides = field.split("=", 2);
            fields.put(sides[0], sides.length < 2 ? "" : URLDecoder.decode(sides[1], StandardCharsets.UTF_8));
        }
        return fields;
    }

    private static void send(HttpExchange exchange, int status, String xml) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        send(exchange, status, ("<?xml version=\"1.0\"?>" + xml).getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, byte[] bytes) throws IOException {
        exchange.getResponseHeaders().set("ETag", "\"x\"");
        boolean empty = bytes.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, empty ? -1 : bytes.length);
        if (!empty) {
            exchange.getResponseBody().write(bytes);
        }
    }
}
