package dev.headrace.core.run;

import dev.headrace.api.connect.Connector;
import dev.headrace.api.connect.Environment;
import dev.headrace.api.connect.Formats;
import dev.headrace.api.connect.Sink;
import dev.headrace.api.connect.Source;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.error.UserError;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** Makes the sources and sinks of tables through the connectors that are there. */
public final class Connections {
    private final Map<String, Connector> connectors = new TreeMap<>();
    private final Formats formats;
    private final Environment environment;
    private Optional<Connector> forAll = Optional.empty();

    public Connections(Formats formats, Environment environment) {
        this.formats = formats;
        this.environment = environment;
        ServiceLoader.load(Connector.class).forEach(c -> connectors.put(c.name(), c));
    }

    /** Adds a connector, or replaces the one of its name; for tests. */
    public Connections with(Connector connector) {
        connectors.put(connector.name(), connector);
        return this;
    }

    /** Gives all tables to one connector, whatever they say themselves; for tests. */
    public Connections withAll(Connector connector) {
        forAll = Optional.of(connector);
        return this;
    }

    public Source source(TableDefinition table) {
        return connector(table).source(table, formats, environment);
    }

    public Sink sink(TableDefinition table) {
        return connector(table).sink(table, formats, environment);
    }

    private Connector connector(TableDefinition table) {
        if (forAll.isPresent()) {
            return forAll.get();
        }
        String name = table.options().required("connector");
        Connector connector = connectors.get(name);
        if (connector == null) {
            throw UserError.request("table '" + table.name() + "': there is no connector '" + name + "'; there are: "
                    + String.join(", ", connectors.keySet()));
        }
        return connector;
    }
}
