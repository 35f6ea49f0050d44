package dev.headrace.crds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompatibilityTest {
    private static final String BEFORE = """
            metadata: {name: jobs.example.dev}
            spec:
              group: example.dev
              scope: Namespaced
              names: {kind: Job, plural: jobs, shortNames: [j], categories: [all]}
              versions:
                - name: v1
                  subresources: {status: {}, scale: {}}
                  schema:
                    openAPIV3Schema: {type: object, required: [size], properties: {
                      size: {type: integer, minimum: 1, maximum: 9},
                      mode: {type: string, enum: [Fast, Slow]},
                      text: {type: string, maxLength: 20, minLength: 1, pattern: a+},
                      free: {type: string},
                      list: {type: array, maxItems: 3, items: {type: string, maxLength: 5}}}}
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "nothing",
            value = {
                // what is changed      | into                                    | what breaks
                "maximum: 9             | maximum: 10                             | nothing",
                "maximum: 9             | maximum: 8                              | v1.size: maximum was 9 and is 8",
                "', maximum: 9'         | ''                                      | nothing",
                "minimum: 1             | minimum: 2                              | v1.size: minimum was 1 and is 2",
                "minimum: 1             | minimum: 0                              | nothing",
                "{type: integer, min    | {type: number, min                      | v1.size: type was integer and is number",
                "'[Fast, Slow]'            | '[Fast, Slow, Auto]'                       | nothing",
                "'[Fast, Slow]'            | '[Fast]'                                 | v1.mode: no longer takes Slow",
                "'free: {type: string}' | 'free: {type: string, enum: [a]}'       | v1.free: took any text and now takes [a]",
                "'free: {type: string}' | 'free: {type: string, maxLength: 9}'    | v1.free: maxLength was not set and is 9",
                "'free: {type: string}' | 'free: {type: string, pattern: b}'      | v1.free: pattern was not set and is b",
                "'free: {type: string}' | 'free: {x-kubernetes-int-or-string: true}' | nothing",
                "'free: {type: string}' | 'other: {type: string}'                 | v1.free: is gone",
                "'free: {type: string}' | 'free: {type: string}, more: {type: object}' | nothing",
                "'[size]'               | '[size, free]'                          | v1.free: is now required",
                "'[size]'               | '[]'                                    | nothing",
                "pattern: a+            | pattern: a*                             | v1.text: pattern was a+ and is a*",
                "', pattern: a+'        | ''                                      | nothing",
                "maxLength: 5           | maxLength: 4                            | v1.list[]: maxLength was 5 and is 4",
                "name: v1               | name: v2                                | version v1 is gone",
                "', scale: {}'          | ''                                      | v1: subresource scale is gone",
                "'[j]'                  | '[k]'                                   | /spec/names/shortNames lost j",
                "'[size]'               | '[size], x-kubernetes-validations: [{rule: 1 == 1}]' | v1: new rule 1 == 1",
            })
    void a_change_breaks_what_it_breaks(String what, String into, String expected) throws IOException {
        assertThat(BEFORE).contains(what);
        String now = BEFORE.replace(what, into);
        assertThat(Compatibility.breaks(read(BEFORE), read(now)))
                .isEqualTo(expected == null ? List.of() : List.of(expected));
    }

    @Test
    void a_definition_is_compatible_with_itself() throws IOException {
        assertThat(Compatibility.breaks(read(BEFORE), read(BEFORE))).isEmpty();
    }

    private static JsonNode read(String yaml) throws IOException {
        return new YAMLMapper().readTree(yaml);
    }
}
