using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Storage.PostgreSql.Migrations;

/// <summary>
/// The index of archived conversations. Not in EF's model, which is the same for all databases: each has a search of its own. The lists of the GIN index are
/// written at once (no fastupdate), so that nothing removed waits in a list beside it.
/// </summary>
[DbContext(typeof(GatewayDbContext))]
[Migration("20261123213339_ArchiveSearch")]
public sealed class ArchiveSearch : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        migrationBuilder.Sql(
            """
            CREATE TABLE "ArchiveDocs" (
                "Session" uuid PRIMARY KEY, "Tenant" uuid NOT NULL, "LastActivityAt" bigint NOT NULL, "Hash" bytea NOT NULL);
            CREATE INDEX "IX_ArchiveDocs_Tenant_LastActivityAt_Session" ON "ArchiveDocs" ("Tenant", "LastActivityAt", "Session");
            CREATE TABLE "ArchiveWords" (
                "Session" uuid NOT NULL REFERENCES "ArchiveDocs" ("Session") ON DELETE CASCADE, "Part" integer NOT NULL, "Tenant" uuid NOT NULL, "Words" tsvector NOT NULL,
                PRIMARY KEY ("Session", "Part"));
            CREATE INDEX "IX_ArchiveWords_Words" ON "ArchiveWords" USING gin ("Words") WITH (fastupdate = off);
            """);
    }

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder)
    {
        ArgumentNullException.ThrowIfNull(migrationBuilder);
        migrationBuilder.Sql("""DROP TABLE "ArchiveWords"; DROP TABLE "ArchiveDocs";""");
    }
}
