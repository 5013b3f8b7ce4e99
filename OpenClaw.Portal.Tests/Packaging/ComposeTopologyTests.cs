using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OpenClaw.Benchmarks.Driver;
using OpenClaw.Portal.Tests.EndToEnd;
using OpenClaw.Portal.Tests.Isolation;
using Npgsql;

namespace OpenClaw.Portal.Tests.Packaging;

/// <summary>The services that <c>docker compose up</c> starts, as processes on loopback with the environment of the compose file: only names of hosts are put in.</summary>
[Trait("Category", "Slow")]
[Collection(EndToEndCollection.Name)]
public sealed class ComposeTopologyTests
{
    private const string Key = "ock_000000000000000000000000000topology";

    [PostgresFact]
    public async Task Portal_OnPostgreSql_KeepsAMessageOverARestart()
    {
        using var published = await PublishedPortal.MakeAsync();
        await using var postgres = await PostgresServer.StartAsync("fsync=off");
        using var data = new DataFolder();
        var environment = Translated(postgres);
        var address = ServerProcess.FreeAddress();
        using var http = new HttpClient { BaseAddress = new($"http://{address}") };
        http.DefaultRequestHeaders.Authorization = new("Bearer", Key);

        await using (var portal = await published.StartAsync(address, data.Path, environment))
        {
            var styles = await http.GetAsync(new Uri("css/portal.css", UriKind.Relative));
            Assert.Equal("text/css", styles.Content.Headers.ContentType!.MediaType);
            var channel = (await http.GetFromJsonAsync<JsonNode>(new Uri("api/v1/channels", UriKind.Relative)))!["items"]![0]!["id"]!.GetValue<string>();
            await using var talk = await Talk.OpenAsync(http.BaseAddress, channel);
            await talk.SayAsync("keep this over a restart");
            await talk.ReadAsync("message");
            Assert.Equal(0, await portal.StopAsync(TimeSpan.FromSeconds(60)));
        }

        Assert.NotEqual(0, (await published.RunAsync("health", $"http://{address}")).Code);
        await using var again = await published.StartAsync(address, data.Path, environment);
        var session = (await http.GetFromJsonAsync<JsonNode>(new Uri("api/v1/sessions", UriKind.Relative)))!["items"]![0]!["id"]!.GetValue<string>();
        Assert.Contains("keep this over a restart", await http.GetStringAsync(new Uri($"api/v1/sessions/{session}/messages", UriKind.Relative)), StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Translated(PostgresServer postgres)
    {
        var environment = new Dictionary<string, string>(ComposeFile.Shipped.EnvironmentOf("portal"), StringComparer.Ordinal);
        var (shipped, here) = (new NpgsqlConnectionStringBuilder(environment["ConnectionStrings__Gateway"]), new NpgsqlConnectionStringBuilder(postgres.ConnectionString));
        var server = ComposeFile.Shipped.EnvironmentOf("postgres");
        Assert.Equal((server["POSTGRES_USER"], server["POSTGRES_PASSWORD"], server["POSTGRES_DB"]), (shipped.Username, shipped.Password, shipped.Database));
        (shipped.Host, shipped.Port) = (here.Host, here.Port);
        environment["ConnectionStrings__Gateway"] = shipped.ConnectionString;
        environment["Bootstrap__ApiKey"] = Key; // OPENCLAW_API_KEY
        return environment;
    }
}
