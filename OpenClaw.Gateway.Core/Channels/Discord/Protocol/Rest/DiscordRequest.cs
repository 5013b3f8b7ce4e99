using System.Net.Http.Headers;
using System.Text.Json;

namespace OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;

/// <summary>A file that goes along with a call; opened anew for every attempt.</summary>
/// <param name="Name">As people see it.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Open">Opens its bytes; the caller closes.</param>
internal sealed record DiscordFile(string Name, string ContentType, Func<CancellationToken, ValueTask<Stream>> Open);

/// <summary>One call of the REST API.</summary>
/// <param name="Method">GET, POST, …</param>
/// <param name="Route">The path with names in place of ids: what rate limits are counted by.</param>
/// <param name="Path">The path under the base address, without a slash in front.</param>
/// <param name="Major">The id in it that has limits of its own: channel, guild, or webhook with its token.</param>
internal sealed record DiscordRequest(HttpMethod Method, string Route, string Path, string Major)
{
    /// <summary>Text that may stand in JSON as it is: Discord shows it, no page does.</summary>
    private static readonly JsonSerializerOptions Json = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The body, serialised as JSON with the names that its members have; null = none.</summary>
    public object? Body { get; init; }

    /// <summary>Files; the body then goes as <c>payload_json</c>.</summary>
    public IReadOnlyList<DiscordFile> Files { get; init; } = [];

    /// <summary>Not counted against the bot's global limit (interactions and their webhooks).</summary>
    public bool IsFree { get; init; }

    /// <summary>Authorised by what is in its path.</summary>
    public bool IsAnonymous { get; init; }

    /// <summary>The content for one attempt; null = none.</summary>
    public async ValueTask<HttpContent?> ContentAsync(CancellationToken cancellationToken)
    {
        if (Body is null) return null;
        var json = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(Body, Json));
        json.Headers.ContentType = new("application/json");
        if (Files.Count == 0) return json;
        var form = new MultipartFormDataContent();
        try
        {
            form.Add(json, "payload_json");
            for (var i = 0; i < Files.Count; i++)
            {
                var file = new StreamContent(await Files[i].Open(cancellationToken).ConfigureAwait(false));
                file.Headers.ContentType = MediaTypeHeaderValue.TryParse(Files[i].ContentType, out var type) ? type : new("application/octet-stream");
                form.Add(file, $"files[{i}]", SafeName(Files[i].Name));
            }

            return form;
        }
        catch
        {
            form.Dispose();
            throw;
        }
    }

    /// <summary>A name that cannot end the header it stands in.</summary>
    public static string SafeName(string name)
    {
        var safe = string.Concat(name.Where(c => !char.IsControl(c) && c is not ('"' or '\\' or '/'))).Trim();
        return safe.Length == 0 ? "file" : safe;
    }
}
