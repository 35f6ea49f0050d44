package dev.headrace.format;

import dev.headrace.api.connect.Format;
import dev.headrace.api.connect.Formats;
import dev.headrace.api.error.UserError;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The formats on the class path, found as services. */
public final class FormatRegistry implements Formats {
    private final Map<String, Format> formats = new TreeMap<>();

    private FormatRegistry(Iterable<Format> found) {
        for (Format format : found) {
            formats.putIfAbsent(format.name(), format);
        }
    }

    /** Those that the class loader of the current thread sees. */
    public static FormatRegistry load() {
        return load(Thread.currentThread().getContextClassLoader());
    }

    public static FormatRegistry load(ClassLoader loader) {
        return new FormatRegistry(ServiceLoader.load(Format.class, loader));
    }

    @Override
    public Format named(String name, String table) {
        Format format = formats.get(name);
        if (format == null) {
            throw UserError.request("table '" + table + "': there is no format '" + name + "'; known formats: "
                    + String.join(", ", formats.keySet())
                    + ". Correct the option that names it, or add the format's jar to the class path");
        }
        return format;
    }
}
