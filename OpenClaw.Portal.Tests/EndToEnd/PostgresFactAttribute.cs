using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Portal.Tests.EndToEnd;

/// <summary>A test against a real PostgreSQL; skipped, and said so, where there is none.</summary>
internal sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute()
    {
        if (!PostgresServer.IsHere) Skip = "needs Debian's postgresql, which ./test.sh installs";
    }
}
