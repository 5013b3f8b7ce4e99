namespace OpenClaw.Core.Tests.Fakes;

/// <summary>A test of PostgreSQL's own: skipped, with the reason, where there is no server.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsPostgreSqlAttribute : FactAttribute
{
    /// <summary>Skipped where there is none.</summary>
    public NeedsPostgreSqlAttribute() => Skip = PostgreSqlTestDatabases.MissingBecause;
}
