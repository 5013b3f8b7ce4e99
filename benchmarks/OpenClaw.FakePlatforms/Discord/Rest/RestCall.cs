using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Discord.Model;

namespace OpenClaw.FakePlatforms.Discord.Rest;

/// <summary>A request that has been read.</summary>
internal sealed record RestCall
{
    /// <summary>GET, POST …</summary>
    public required string Method { get; init; }

    /// <summary>After <c>/api/v10</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The parameters in the path, by the names of the description.</summary>
    public IReadOnlyDictionary<string, string> Route { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public required IQueryCollection Query { get; init; }

    /// <summary>Null: no body.</summary>
    public JsonElement? Body { get; init; }

    public bool IsMultipart { get; init; }

    public IReadOnlyDictionary<string, DiscordFile> Files { get; init; } = new Dictionary<string, DiscordFile>(StringComparer.Ordinal);

    /// <summary>Who asks; null: no token, or a wrong one.</summary>
    public DiscordBot? Caller { get; init; }

    /// <summary>Of a route that needs one.</summary>
    public DiscordBot Bot => Caller!;

    /// <summary>The body as an object; an empty one when there is none.</summary>
    public JsonObject Fields => Body is { ValueKind: JsonValueKind.Object } body ? JsonObject.Create(body)! : [];

    /// <summary>The parameter as an id; 0 when it is none.</summary>
    public ulong Id(string name) =>
        Route.TryGetValue(name, out var text) && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;

    public ulong? Asked(string name) =>
        ulong.TryParse(Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}

/// <summary>A request and its answer, for those who look back.</summary>
/// <param name="Method">GET, POST …</param>
/// <param name="Path">After <c>/api/v10</c>.</param>
/// <param name="Status">Of the answer.</param>
/// <param name="Body">What was sent, or its <c>payload_json</c>; null: nothing, or refused before it was read.</param>
/// <param name="At">When it came.</param>
internal sealed record RestExchange(string Method, string Path, int Status, JsonElement? Body, DateTimeOffset At)
{
    /// <summary>The body as an object.</summary>
    public JsonObject Fields => Body is { ValueKind: JsonValueKind.Object } body ? JsonObject.Create(body)! : [];

    public override string ToString() => $"{Method} {Path} {Status}";
}
