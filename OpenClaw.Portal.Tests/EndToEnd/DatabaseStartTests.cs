using OpenClaw.Benchmarks.Driver;
using Npgsql;

namespace OpenClaw.Portal.Tests.EndToEnd;

/// <summary>Starts on databases that cannot be used as they are, and the verbs copy and backup, with the real executable.</summary>
[Trait("Category", "Slow")]
[Collection(EndToEndCollection.Name)]
public sealed class DatabaseStartTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [PostgresFact]
    public async Task Start_DatabaseDown_WaitsAndStartsWhenItIsThere()
    {
        await using var postgres = await PostgresServer.StartAsync("fsync=off");
        await postgres.KillAsync();
        using DataFolder data = new();
        var starting = GatewayProcess.StartAsync(new() { DataDirectory = data.Path, Environment = postgres.Environment }, CancellationToken.None);
        await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System);
        Assert.False(starting.IsCompleted);
        await postgres.StartAgainAsync();
        await using var gateway = await starting.WaitAsync(Patience);
        Assert.Contains("The database does not answer", gateway.Output, StringComparison.Ordinal);
    }

    /// <summary>A server answers later than a file does: a page is drawn once before.</summary>
    [PostgresFact]
    public async Task Setup_OnAServer_IsShown()
    {
        await using var postgres = await PostgresServer.StartAsync("fsync=off");
        using DataFolder data = new();
        Dictionary<string, string> environment = new(postgres.Environment, StringComparer.Ordinal) { ["Bootstrap__AdminEmail"] = "", ["Bootstrap__AdminPassword"] = "" };
        await using var gateway = await GatewayProcess.StartAsync(new() { DataDirectory = data.Path, Environment = environment }, CancellationToken.None);
        using HttpClient visitor = new() { BaseAddress = new($"http://{gateway.Address}") };
        using var page = await visitor.GetAsync(new Uri("/setup", UriKind.Relative));
        Assert.True(page.IsSuccessStatusCode, $"{page.StatusCode}\n{gateway.Output}");
        Assert.Contains("Set up this gateway", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Start_ForeignNewerOrWrongAccount_EndsWithOneLineAndChangesNothing()
    {
        await using var postgres = await PostgresServer.StartAsync("fsync=off");
        using DataFolder data = new();
        await ExecuteAsync(postgres.ConnectionString, "CREATE TABLE invoices (id int)");
        await RefusedAsync(postgres.ConnectionString, "another application");
        await ExecuteAsync(postgres.ConnectionString, "DROP TABLE invoices");
        await RefusedAsync(new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Username = "nobody", Password = "very secret" }.ConnectionString, "ConnectionStrings:Gateway");

        await using (await GatewayProcess.StartAsync(new() { DataDirectory = data.Path, Environment = postgres.Environment }, CancellationToken.None))
        {
            // makes the tables
        }

        await ExecuteAsync(postgres.ConnectionString, "INSERT INTO \"__EFMigrationsHistory\" VALUES ('29990101000000_Later', '99.0.0')");
        await RefusedAsync(postgres.ConnectionString, "29990101000000_Later");

        async Task RefusedAsync(string connection, string why)
        {
            Dictionary<string, string> environment = new(postgres.Environment, StringComparer.Ordinal) { ["ConnectionStrings__Gateway"] = connection };
            var (exitCode, output) = await GatewayProcess.RunVerbAsync(new() { DataDirectory = data.Path, Environment = environment }, [], Patience);
            Assert.Equal(1, exitCode);
            Assert.Contains(why, output, StringComparison.Ordinal);
            Assert.DoesNotContain("very secret", output, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        }
    }

    [PostgresFact]
    public async Task CopyAndBackUp_SqliteToPostgresAndBack_Serve()
    {
        await using var postgres = await PostgresServer.StartAsync("fsync=off");
        using DataFolder data = new();
        using DataFolder parent = new();
        GatewayStart onSqlite = new() { DataDirectory = data.Path };
        string channel;
        await using (var gateway = await GatewayProcess.StartAsync(onSqlite, CancellationToken.None))
        {
            var agent = await gateway.Api.CreateEchoAgentAsync("Echo of the test");
            channel = (await gateway.Api.CreateSocketChannelAsync("Moved", agent)).ToString();
            await TalkAsync(gateway, channel, 200);
            var inUse = await GatewayProcess.RunVerbAsync(onSqlite, ["copy", "--Target:Provider=PostgreSql", $"--Target:ConnectionString={postgres.ConnectionString}"], Patience);
            Assert.Equal(1, inUse.ExitCode);
            Assert.Contains("in use", inUse.Output, StringComparison.Ordinal);
            Assert.Equal(0, await gateway.StopAsync(Patience));
        }

        var (copied, said) = await GatewayProcess.RunVerbAsync(onSqlite, ["copy", "--Target:Provider=PostgreSql", $"--Target:ConnectionString={postgres.ConnectionString}"], Patience);
        Assert.True(copied == 0, said);
        Assert.Contains("Database__Provider=PostgreSql", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Password", said, StringComparison.Ordinal);

        GatewayStart onPostgres = new() { DataDirectory = data.Path, Environment = postgres.Environment };
        var folder = Path.Combine(parent.Path, "copy");
        await using (var gateway = await GatewayProcess.StartAsync(onPostgres, CancellationToken.None))
        {
            await TalkAsync(gateway, channel, 100);
            var (backedUp, output) = await GatewayProcess.RunVerbAsync(onPostgres, ["backup", folder], Patience);
            Assert.True(backedUp == 0, output);
        }

        File.Copy(Path.Combine(data.Path, "master.key"), Path.Combine(folder, "master.key"));
        await using var again = await GatewayProcess.StartAsync(new() { DataDirectory = folder }, CancellationToken.None);
        await TalkAsync(again, channel, 50);
    }

    private static async Task TalkAsync(GatewayProcess gateway, string channel, int messages)
    {
        LoadTarget target = new() { Server = gateway.Address, Path = $"/channels/{channel}/socket" };
        using var client = await LoadClient.ConnectAsync(target, 5, CancellationToken.None);
        ClosedLoop loop = new(client);
        loop.Start();
        await Until.TrueAsync($"{messages} answered", () => client.Tally.Replied >= messages, Patience, client.Tally, () => gateway.Output);
        loop.Stop();
        Assert.True(await client.DrainAsync(Patience, CancellationToken.None), "the load did not come to its end");
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using NpgsqlConnection connection = new(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
