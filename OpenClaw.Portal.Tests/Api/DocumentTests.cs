using System.Text.Json;

namespace OpenClaw.Portal.Tests.Api;

/// <summary>The OpenAPI document against the calls, taken from the document itself: a new call is held to the same.</summary>
public sealed class DocumentTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    /// <summary>What is asked for may be there and damaged.</summary>
    private static readonly string[] ReadsTranscripts = ["/archive/{id}/messages", "/archive/{id}/export", "/sessions/{id}/export"];

    /// <summary>They need one of several fields, which a schema's <c>required</c> cannot say.</summary>
    private static readonly string[] OneOfSeveral = ["/api/v1/replays"];

    private readonly ApiHost _host = fixture.Host;

    [Fact]
    public async Task EveryCall_IsDescribed()
    {
        foreach (var (name, _, _, call) in await CallsAsync())
        {
            Assert.False(string.IsNullOrWhiteSpace(Text(call, "summary")), $"{name} has no summary");
            Assert.Contains("Needs the scope `", Text(call, "description"), StringComparison.Ordinal);
            Assert.False(string.IsNullOrWhiteSpace(Text(call, "operationId")), $"{name} has no operationId");
        }

        Assert.Distinct((await CallsAsync()).Select(c => Text(c.Call, "operationId")));
    }

    [Fact]
    public async Task EveryPatch_TakesABody()
    {
        foreach (var (name, method, _, call) in await CallsAsync())
            Assert.True(method != "patch" || call.TryGetProperty("requestBody", out _), $"{name} has no body");
    }

    [Fact]
    public async Task EveryCall_DeclaresTheFailuresOfItsKindOnly()
    {
        foreach (var (name, method, path, call) in await CallsAsync())
        {
            var declared = call.GetProperty("responses").EnumerateObject().Select(r => r.Name).ToHashSet();
            Assert.Superset(new HashSet<string> { "401", "403", "429" }, declared);
            Assert.True(declared.Contains("404") == path.Contains('{', StringComparison.Ordinal), $"{name}: 404");
            Assert.True(declared.Contains("422") == (method == "post" || ReadsTranscripts.Any(r => path.EndsWith(r, StringComparison.Ordinal))), $"{name}: 422");
            Assert.True(declared.Contains("412") == (method is "patch" or "delete"), $"{name}: 412");
            if (method == "get") Assert.DoesNotContain("409", declared);
            if (!call.TryGetProperty("requestBody", out _)) Assert.DoesNotContain("415", declared);
        }
    }

    [Fact]
    public async Task EveryPostWithABody_WithoutItsFields_NamesExactlyTheRequiredOnes()
    {
        var document = await DocumentAsync();
        foreach (var (name, _, path, call) in (await CallsAsync()).Where(c => c.Method == "post" && !c.Path.Contains('{', StringComparison.Ordinal) && !OneOfSeveral.Contains(c.Path) && c.Call.TryGetProperty("requestBody", out _)))
        {
            var schema = call.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema");
            var required = RequiredOf(document, schema).ToHashSet();
            using var response = await _host.Client.SendAsync("POST", path, "{}");
            var body = await response.JsonAsync();
            if (required.Count == 0 && (int)response.StatusCode != 400) continue; // nothing is missing: it went well, or fails for another reason
            Assert.True((int)response.StatusCode == 400, $"{name}: {(int)response.StatusCode} {body}");
            Assert.Equal(required.Order(), body.GetProperty("errors").EnumerateObject().Select(e => e.Name).Order());
        }
    }

    private async Task<JsonElement> DocumentAsync() => await _host.With(null).CallAsync("GET", "/openapi/v1.json");

    private async Task<List<(string Name, string Method, string Path, JsonElement Call)>> CallsAsync() =>
        [.. (await DocumentAsync()).GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject().Select(m => ($"{m.Name} {p.Name}", m.Name, p.Name, m.Value)))];

    private static IEnumerable<string> RequiredOf(JsonElement document, JsonElement schema)
    {
        if (schema.TryGetProperty("$ref", out var reference))
            return RequiredOf(document, document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]));
        var own = schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(n => n.GetString()!) : [];
        return schema.TryGetProperty("allOf", out var parts) ? own.Concat(parts.EnumerateArray().SelectMany(p => RequiredOf(document, p))) : own;
    }

    private static string Text(JsonElement call, string name) => call.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
