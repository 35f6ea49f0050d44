package dev.headrace.runtime;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Dependencies point one way: SQL stands on core, and core on the API; formats, connectors and storage know the API alone;
 * the process is on top of them all. Inside a module packages form no cycle.
 */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.headrace");

    /** A module, and the modules that it may use. */
    private enum Module {
        API("dev.headrace.api"),
        CORE("dev.headrace.core", API),
        PARSER("dev.headrace.sql.parser"),
        SQL("dev.headrace.sql", API, CORE, PARSER),
        FORMATS("dev.headrace.format", API),
        FILES("dev.headrace.connect.files", API),
        GENERATE("dev.headrace.connect.generate", API),
        KAFKA("dev.headrace.connect.kafka", API),
        S3("dev.headrace.storage.s3", API),
        RUNTIME("dev.headrace.runtime", API, CORE, SQL, PARSER, FORMATS, FILES, GENERATE, KAFKA, S3);

        private final String root;
        private final List<Module> uses;

        Module(String root, Module... uses) {
            this.root = root;
            this.uses = List.of(uses);
        }

        /** The module with the longest root that the class lies under. */
        static Stream<Module> of(JavaClass type) {
            return Arrays.stream(values())
                    .filter(m -> (type.getPackageName() + ".").startsWith(m.root + "."))
                    .sorted((a, b) -> b.root.length() - a.root.length())
                    .limit(1);
        }

        boolean holds(JavaClass type) {
            return of(type).anyMatch(m -> m == this);
        }
    }

    /** A package, the generated part of which is one with it. */
    private static final SliceAssignment PACKAGES = new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(type.getPackageName().replaceFirst("\\.generated$", ""));
        }

        @Override
        public String getDescription() {
            return "packages";
        }
    };

    private static DescribedPredicate<JavaClass> in(Module module) {
        return DescribedPredicate.describe("in " + module, module::holds);
    }

    private static DescribedPredicate<JavaClass> outsideOf(Module module) {
        return DescribedPredicate.describe(
                "ours outside of " + module + " and " + module.uses,
                type -> type.getPackageName().startsWith("dev.headrace")
                        && !module.holds(type)
                        && module.uses.stream().noneMatch(m -> m.holds(type)));
    }

    @ParameterizedTest
    @EnumSource
    void a_module_uses_only_those_below_it(Module module) {
        ArchRuleDefinition.noClasses()
                .that(in(module))
                .should()
                .dependOnClassesThat(outsideOf(module))
                .check(CLASSES);
    }

    @ParameterizedTest
    @EnumSource
    void packages_of_a_module_form_no_cycle(Module module) {
        slices().assignedFrom(PACKAGES).should().beFreeOfCycles().check(CLASSES.that(in(module)));
    }

    @Test
    void core_and_api_know_no_library_of_sql_kafka_or_storage() {
        ArchRuleDefinition.noClasses()
                .that(in(Module.API).or(in(Module.CORE)))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache..",
                        "software.amazon..",
                        "com.fasterxml.jackson.dataformat..",
                        "picocli..",
                        "org.jline..")
                .check(CLASSES);
    }

    @Test
    void each_class_of_ours_belongs_to_a_module() {
        assertThat(CLASSES.stream()
                        .filter(type -> Module.of(type).findAny().isEmpty())
                        .map(JavaClass::getPackageName)
                        .filter(name -> !name.startsWith("dev.headrace.testing"))
                        .distinct())
                .isEmpty();
        assertThat(Module.values())
                .allSatisfy(m -> assertThat(CLASSES.stream().anyMatch(m::holds)).isTrue());
    }
}
