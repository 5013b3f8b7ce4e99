#:sdk Microsoft.NET.Sdk.Web
#:property PublishAot=false
// A webhook agent in plain C#: dotnet run webhook.cs, with WEBHOOK_SECRET=whsec_… and PORT in the environment.
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

var key = Convert.FromBase64String(Environment.GetEnvironmentVariable("WEBHOOK_SECRET")!["whsec_".Length..]);
var app = WebApplication.Create();
app.MapPost("/", async (HttpRequest request, HttpResponse response) =>
{
    using var buffer = new MemoryStream();
    await request.Body.CopyToAsync(buffer);
    if (!IsSigned(request.Headers, buffer.ToArray())) return Results.Unauthorized();
    var text = JsonDocument.Parse(buffer.ToArray()).RootElement.GetProperty("message").GetProperty("text").GetString()!;
    if (!text.StartsWith("stream ")) return Results.Json(new { messages = new[] { new { text = "You said: " + text } } });
    response.ContentType = "text/event-stream";
    foreach (var word in text["stream ".Length..].Split(' '))
        await response.WriteAsync($"event: delta\ndata: {JsonSerializer.Serialize(new { text = word + " " })}\n\n");
    await response.WriteAsync("event: done\ndata: {}\n\n");
    return Results.Empty;
});
app.Run($"http://localhost:{Environment.GetEnvironmentVariable("PORT") ?? "8080"}");

// Standard Webhooks: HMAC over id.timestamp.body, not older than five minutes
bool IsSigned(IHeaderDictionary headers, byte[] body)
{
    var stamp = headers["webhook-timestamp"].ToString();
    if (!long.TryParse(stamp, out var at) || Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - at) > 300) return false;
    byte[] content = [.. Encoding.UTF8.GetBytes($"{headers["webhook-id"]}.{stamp}."), .. body];
    var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, content));
    return headers["webhook-signature"].ToString().Split(' ')
        .Any(given => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected)));
}
