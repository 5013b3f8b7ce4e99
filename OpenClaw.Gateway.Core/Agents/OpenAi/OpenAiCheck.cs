using System.Globalization;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.Answers;
using OpenClaw.Gateway.Core.Agents.Tools;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Agents.OpenAi;

/// <summary>Tries what an agent needs without asking its model anything: the server, the key, the model's name, the servers of tools.</summary>
internal sealed class OpenAiCheck(OutgoingHttp http, TimeProvider time)
{
    private const int MostBytes = 2 * 1024 * 1024;
    private const int MostNames = 10;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public async ValueTask<IReadOnlyList<PreflightCheck>> RunAsync(OpenAiSettings settings, AgentModel model, CancellationToken cancellationToken)
    {
        List<PreflightCheck> checks = [];
        await AskServerAsync(settings, model, checks, cancellationToken).ConfigureAwait(false);
        var servers = new ToolServers(settings.McpServers, model, http, time);
        await using (servers.ConfigureAwait(false))
        {
            foreach (var check in await Task.WhenAll(settings.McpServers.Select(s => AskToolsAsync(servers, s, cancellationToken))).ConfigureAwait(false)) checks.Add(check);
        }

        var redaction = new Redaction(model);
        return [.. checks.Select(c => c with { Detail = redaction.Of(c.Detail) })];
    }

    private async ValueTask AskServerAsync(OpenAiSettings settings, AgentModel model, List<PreflightCheck> checks, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, settings.BaseUrl.AbsoluteUri.TrimEnd('/') + "/models");
            request.Headers.Add("Accept", "application/json");
            request.Headers.Add("User-Agent", "OpenClaw-Gateway");
            foreach (var (name, value) in settings.Headers) request.Headers.TryAddWithoutValidation(name, value);
            if (model.Secrets.GetValueOrDefault(OpenAiKind.ApiKey) is { Length: > 0 } key) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key);
            using var response = await http.SendAsync(request, either.Token).ConfigureAwait(false);
            var body = await ReadAsync(response, either.Token).ConfigureAwait(false);
            checks.AddRange(Judge((int)response.StatusCode, body, settings));
        }
        catch (Exception e) when (ConnectionFailures.IsKnown(e))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var detail = DestinationForbiddenException.In(e)?.Message ?? (limit.IsCancellationRequested ? string.Create(CultureInfo.InvariantCulture, $"{settings.BaseUrl.Authority} has not answered within {Limit.TotalSeconds:0} s.") : ConnectionFailures.Reasons(e));
            checks.Add(new("server", Ok: false, detail, "See that the server runs, that baseUrl is right, and that this machine may reach it."));
        }
    }

    private static IEnumerable<PreflightCheck> Judge(int status, ReadOnlyMemory<byte> body, OpenAiSettings settings)
    {
        if (status == 200) return Listed(body, settings);
        var error = ServerError.Of(status, body.Span[..Math.Min(body.Length, Excerpt.Bytes)]);
        var said = string.Create(CultureInfo.InvariantCulture, $"It answers HTTP {status}{(error.Message.Length > 0 ? $": {Excerpt.Short(error.Message)}" : "")}.");
        return status switch
        {
            401 or 403 => [new("server", Ok: true, "It answers."), new("key", Ok: false, said, "Enter the API key anew (secret apiKey).")],
            // a server may answer without telling what it has
            404 or 405 or 501 => [new("server", Ok: true, "It answers, and does not list its models: whether it has this one shows when it is asked.")],
            429 => [new("server", Ok: true, "It answers."), new("limit", Ok: false, said, "Wait, or raise the limit at the provider.")],
            _ => [new("server", Ok: false, said, status is >= 300 and < 400 ? "Set baseUrl to the final address: redirects are not followed." : "See the server's own log.")],
        };
    }

    private static IEnumerable<PreflightCheck> Listed(ReadOnlyMemory<byte> body, OpenAiSettings settings)
    {
        var wanted = settings.Model;
        List<PreflightCheck> checks = [new("server", Ok: true, "It answers."), new("key", Ok: true, "The server lets us in.")];
        if (Names(body) is not { } names)
            return [new("server", Ok: false, "What answers there is no OpenAI-compatible API.", "See baseUrl: it usually ends with /v1.")];
        if (names.Count == 0) checks.Add(new("model", Ok: true, "The server lists no models."));
        else if (names.Any(n => n == wanted || n.EndsWith("/" + wanted, StringComparison.Ordinal) || n == wanted + ":latest")) checks.Add(new("model", Ok: true, $"The server has {wanted}."));
        else if (TakesOthers(settings, body)) checks.Add(new("model", Ok: true, $"The server does not list {wanted}, and takes other names than it lists."));
        else checks.Add(new("model", Ok: false, $"The server does not list {wanted}. It has: {string.Join(", ", names.Take(MostNames).Select(Excerpt.Short))}{(names.Count > MostNames ? ", …" : "")}.", "Choose one of its models, or make this one available there."));
        return checks;
    }

    /// <summary>Azure lists models, and takes names of deployments; llama.cpp lists a file, and takes any name.</summary>
    private static bool TakesOthers(OpenAiSettings settings, ReadOnlyMemory<byte> body) =>
        settings.BaseUrl.Host.EndsWith(".azure.com", StringComparison.OrdinalIgnoreCase) || body.Span.IndexOf("\"llamacpp\""u8) >= 0;

    private static List<string>? Names(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("data", out var data)) return null;
            if (data.ValueKind != JsonValueKind.Array) return data.ValueKind == JsonValueKind.Null ? [] : null;
            return [.. data.EnumerateArray().Where(m => m.ValueKind == JsonValueKind.Object && m.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String).Select(m => m.GetProperty("id").GetString()!)];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var body = new MemoryStream();
            var chunk = new byte[16 * 1024];
            while (body.Length <= MostBytes && await stream.ReadAsync(chunk, cancellationToken).ConfigureAwait(false) is var read and > 0) body.Write(chunk, 0, read);
            return body.ToArray();
        }
    }

    private static async Task<PreflightCheck> AskToolsAsync(ToolServers servers, McpServerSetting server, CancellationToken cancellationToken)
    {
        var name = "tools:" + server.Name;
        try
        {
            var tools = await servers.Connection(server with { Tools = null }).ToolsAsync(cancellationToken).ConfigureAwait(false);
            var missing = (server.Tools ?? []).Except(tools.Select(t => t.Name), StringComparer.Ordinal).ToList();
            if (missing.Count > 0) return new(name, Ok: false, $"It does not have: {string.Join(", ", missing)}. It has: {string.Join(", ", tools.Take(MostNames).Select(t => t.Name))}.", "Correct the list of its tools.");
            var used = server.Tools?.Count ?? tools.Count;
            return new(name, Ok: true, string.Create(CultureInfo.InvariantCulture, $"It answers; {used} of its {tools.Count} tools may be used: {string.Join(", ", (server.Tools ?? [.. tools.Select(t => t.Name)]).Take(MostNames))}{(used > MostNames ? ", …" : "")}."));
        }
        catch (ToolServerException e)
        {
            return new(name, Ok: false, e.Message, "See that the server of tools runs, that its URL is its Streamable HTTP end point, and that its token is right.");
        }
    }
}
