using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace OpenClaw.Core.Tests.Channels.Http;

// The receiver of docs/channels/http.md, word for word (a test compares them).
internal sealed class ExampleReceiver(string secret, Action<string, string> show)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);
    private readonly byte[] _key = Convert.FromBase64String(secret["whsec_".Length..]);
    private readonly ConcurrentDictionary<string, bool> _seen = new();

    public async Task AnswerAsync(HttpContext http)
    {
        var body = await new StreamReader(http.Request.Body).ReadToEndAsync();
        var id = http.Request.Headers["webhook-id"].ToString();
        var timestamp = http.Request.Headers["webhook-timestamp"].ToString();
        if (!IsSigned(id, timestamp, body, http.Request.Headers["webhook-signature"].ToString()))
        {
            http.Response.StatusCode = 401;
            return;
        }

        var reply = JsonDocument.Parse(body).RootElement;
        if (reply.GetProperty("type").GetString() == "message" && _seen.TryAdd(id, true))
            show(reply.GetProperty("conversation").GetString()!, reply.GetProperty("message").GetProperty("text").GetString()!);
        await http.Response.WriteAsJsonAsync(new { id });
    }

    private bool IsSigned(string id, string timestamp, string body, string signatures)
    {
        if (!long.TryParse(timestamp, null, out var seconds) || (TimeProvider.System.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() > Tolerance) return false;
        var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")));
        return signatures.Split(' ').Any(s => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(s), Encoding.UTF8.GetBytes(expected)));
    }
}
