using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Maintenance.Copying;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Stores;
using OpenClaw.Storage.PostgreSql;
using OpenClaw.Storage.Sqlite;

namespace OpenClaw.Core.Tests.Maintenance.Copying;

/// <summary>An installation from one database to another and back, row for row.</summary>
public sealed class InstallationCopyTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("openclaw-copying-").FullName;
    private SqliteDatabase _source = null!;

    public async Task InitializeAsync()
    {
        _source = File("source");
        await using var db = Open(_source);
        await db.Database.MigrateAsync();
        await PlantedInstallation.PlantAsync(db, messages: 1_300);
    }

    public Task DisposeAsync()
    {
        _source.Dispose();
        TestFolder.Delete(_folder);
        return Task.CompletedTask;
    }

    [Theory]
    [OnSqlite, OnPostgreSql]
    public async Task Run_ThereAndBack_SameSums(string kind)
    {
        var there = Target(kind);
        using var dispose = there as IDisposable;
        using var back = File("back");
        var first = await new InstallationCopy(_source, there, _ => { }).RunAsync(default);
        var second = await new InstallationCopy(there, back, _ => { }).RunAsync(default);
        Assert.Equal(first, second);
        Assert.Equal(1_300, first.Single(t => t.Name == "Messages").Rows);
        await using var db = Open(back);
        Assert.Empty(await db.InstallationValues.Where(v => v.Name.StartsWith("copy.")).ToListAsync());
        // numbers that the database counts go on
        await using var to = Open(there);
        var person = await to.Users.Select(u => u.Id).FirstAsync();
        to.UserClaims.Add(new() { UserId = person, ClaimType = "next" });
        await to.SaveChangesAsync();
    }

    [Theory]
    [OnSqlite, OnPostgreSql]
    public async Task Run_InterruptedInTheMiddle_GoesOnAndIsWhole(string kind)
    {
        var target = Target(kind);
        using var dispose = target as IDisposable;
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<Exception>(() => new InstallationCopy(_source, target, step =>
        {
            if (step is { Table: "Messages", TableRows: 500 }) stop.Cancel();
        }).RunAsync(stop.Token));
        Assert.True(stop.IsCancellationRequested);
        List<CopyStep> steps = [];
        var tables = await new InstallationCopy(_source, target, steps.Add).RunAsync(default);
        Assert.Equal(1_300, tables.Single(t => t.Name == "Messages").Rows);
        Assert.Equal(1_000, steps.First(s => s is { Table: "Messages", Checking: false }).TableRows);
    }

    [Fact]
    public async Task Run_TargetOfAnotherOrInUse_IsRefusedAndUntouched()
    {
        using var target = File("other");
        await using (var db = Open(target))
        {
            await db.Database.MigrateAsync();
            db.Tenants.Add(new() { Id = Guid.CreateVersion7(), Slug = "other", Name = "Other" });
            await db.SaveChangesAsync();
        }

        var full = await Assert.ThrowsAsync<CopyFaultException>(() => new InstallationCopy(_source, target, _ => { }).RunAsync(default));
        Assert.Contains("not empty (Tenants: 1", full.Message, StringComparison.Ordinal);
        using var claim = _source.Claim();
        using var empty = File("empty");
        var used = await Assert.ThrowsAsync<CopyFaultException>(() => new InstallationCopy(_source, empty, _ => { }).RunAsync(default));
        Assert.Contains("source is in use", used.Message, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(empty.DataSource));
    }

    [Fact]
    public async Task Run_TargetOfAnotherApplication_IsRefusedAndUntouched()
    {
        using var target = File("foreign");
        await using (var db = Open(target)) await db.Database.ExecuteSqlRawAsync("CREATE TABLE invoices (id INTEGER)");
        var refused = await Assert.ThrowsAsync<CopyFaultException>(() => new InstallationCopy(_source, target, _ => { }).RunAsync(default));
        Assert.Contains("another application", refused.Message, StringComparison.Ordinal);
        await using var after = Open(target);
        Assert.Equal(1, await after.Database.SqlQuery<int>($"SELECT COUNT(*) AS Value FROM sqlite_master WHERE type = 'table'").SingleAsync());
    }

    [Fact]
    public async Task Run_SourceChangedBetweenTwoCalls_IsToldAndNotFinished()
    {
        using var target = File("changed");
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<Exception>(() => new InstallationCopy(_source, target, step =>
        {
            if (step is { Table: "Messages", TableRows: 500 }) stop.Cancel();
        }).RunAsync(stop.Token));
        await using (var db = Open(_source)) await db.WriteAsync(d => d.Messages.ExecuteUpdateAsync(s => s.SetProperty(m => m.Text, "changed")), default);
        var told = await Assert.ThrowsAsync<CopyFaultException>(() => new InstallationCopy(_source, target, _ => { }).RunAsync(default));
        Assert.Contains("Messages is not the same", told.Message, StringComparison.Ordinal);
    }

    [OnPostgreSqlFact]
    public async Task Snapshot_OfARunningServer_IsOneMoment()
    {
        using var server = new PostgreSqlDatabase(PostgreSqlTestDatabases.Empty(), TimeProvider.System);
        await new InstallationCopy(_source, server, _ => { }).RunAsync(default);
        using var running = server.Claim();
        using var copy = File("copy");
        var wrote = false;
        var tables = await new InstallationCopy(server, copy, step =>
        {
            if (wrote || step.Table == "Messages") return;
            wrote = true;
            using var db = Open(server);
            db.WriteAsync(d => d.Messages.ExecuteDeleteAsync(), default).GetAwaiter().GetResult();
        }).SnapshotAsync(default);
        Assert.True(wrote);
        Assert.Equal(1_300, tables.Single(t => t.Name == "Messages").Rows);
    }

    [Fact]
    public async Task Model_NoColumnStandsOutsideTheEntities()
    {
        await using var db = Open(_source);
        foreach (var type in db.Model.GetEntityTypes().Where(t => !t.IsOwned()))
            Assert.DoesNotContain(type.GetProperties(), p => p.IsShadowProperty() || p.PropertyInfo is null);
    }

    private SqliteDatabase File(string name) => new($"Data Source={Path.Combine(_folder, name, "gateway.db")};Pooling=False", TimeProvider.System);

    private IDatabase Target(string kind) => kind == TestDatabases.PostgreSql ? new PostgreSqlDatabase(PostgreSqlTestDatabases.Empty(), TimeProvider.System) : File("there");

    private static GatewayDbContext Open(IDatabase database) => new SystemDbFactory(new DbOptions(database), database).Create();
}

/// <summary>Needs a PostgreSQL.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OnPostgreSqlFactAttribute : FactAttribute
{
    public OnPostgreSqlFactAttribute() => Skip = PostgreSqlTestDatabases.MissingBecause;
}
