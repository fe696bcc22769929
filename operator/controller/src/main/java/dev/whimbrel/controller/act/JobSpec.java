package dev.whimbrel.controller.act;

import dev.whimbrel.api.v1alpha1.AlembicSource;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationSpec;
import dev.whimbrel.api.v1alpha1.EnvironmentVariable;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.Source;
import dev.whimbrel.engine.Effect;
import dev.whimbrel.engine.World;
import dev.whimbrel.protocol.Json;
import java.util.Optional;

/**
 * What a Job works from. One that works on a plan takes the source from the plan: the spec may have
 * changed since, and a run that may have changed the database is ended with what it was begun with.
 * How to log in is always what the spec says now, or a rotated Secret would strand the run.
 *
 * @param spec the migration's, with that source
 * @param image the tool's, pinned where the plan knows its digest; empty without a tool, and where
 *     its image has to be made first
 */
record JobSpec(DatabaseMigrationSpec spec, Optional<String> image) {

  static JobSpec of(DatabaseMigrationSpec written, World world, Effect.CreateJob create) {
    Optional<MigrationPlanSpec> plan =
        create.plan() ? world.plan().map(found -> found.getSpec()) : Optional.empty();
    DatabaseMigrationSpec spec =
        plan.map(MigrationPlanSpec::source)
            .map(json -> Json.read(json, Source.class))
            .map(source -> written.withSource(withLogin(source, written)))
            .orElse(written);
    Optional<AlembicSource> alembic = Optional.ofNullable(spec.source().alembic());
    Optional<String> pinned =
        alembic.isEmpty() ? Optional.empty() : plan.map(MigrationPlanSpec::image);
    return new JobSpec(spec, pinned.or(() -> alembic.map(AlembicSource::image)));
  }

  private static Source withLogin(Source planned, DatabaseMigrationSpec written) {
    String name = written.database().credentials().urlEnv();
    if (name == null || planned.alembic() == null || written.source().alembic() == null) {
      return planned;
    }
    Optional<EnvironmentVariable> now = written.source().alembic().variable(name);
    return new Source(null, now.map(planned.alembic()::withVariable).orElse(planned.alembic()));
  }
}
