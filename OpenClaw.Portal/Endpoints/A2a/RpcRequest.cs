using System.Text.Json;

namespace OpenClaw.Portal.Endpoints.A2a;

/// <summary>A request of JSON-RPC 2.0.</summary>
/// <param name="Method">What.</param>
/// <param name="Id">Comes back with the response.</param>
/// <param name="Params">An object.</param>
internal sealed record RpcRequest(string Method, JsonElement Id, JsonElement Params)
{
    /// <summary>The id, as far as there is one to send back.</summary>
    public static JsonElement? IdOf(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty("id", out var id) && id.ValueKind is JsonValueKind.String or JsonValueKind.Number ? id : null;

    public static RpcRequest Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("jsonrpc", out var version) || version.ValueKind != JsonValueKind.String || !version.ValueEquals("2.0"))
            throw new RpcFault(RpcFault.InvalidRequest, "A request is a JSON object with \"jsonrpc\":\"2.0\"; batches are not taken.");
        if (!body.TryGetProperty("method", out var method) || method.ValueKind != JsonValueKind.String) throw new RpcFault(RpcFault.InvalidRequest, "A method is needed.");
        if (IdOf(body) is not { } id) throw new RpcFault(RpcFault.InvalidRequest, "An id is needed, a text or a number: notifications are not taken.");
        var parameters = body.TryGetProperty("params", out var given) && given.ValueKind == JsonValueKind.Object ? given : throw new RpcFault(RpcFault.InvalidParams, "params must be an object.");
        return new(method.GetString()!, id, parameters);
    }

    /// <summary>A successful response.</summary>
    public object Result(object result) => new { jsonrpc = "2.0", id = Id, result };
}

/// <summary>Reads fields of parameters; what is of the wrong type is told with its name.</summary>
internal static class RpcParams
{
    public static string? Text(this JsonElement from, string name, int longest = 400)
    {
        if (!Find(from, name, out var value)) return null;
        if (value.ValueKind != JsonValueKind.String) throw RpcFault.Invalid(name, "Must be a text.");
        return value.GetString() is { Length: > 0 } text ? text.Length <= longest ? text : throw RpcFault.Invalid(name, $"Must have at most {longest} characters.") : null;
    }

    public static bool Flag(this JsonElement from, string name) => Find(from, name, out var value)
        && (value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw RpcFault.Invalid(name, "Must be true or false."));

    public static int? Number(this JsonElement from, string name, int least, int most)
    {
        if (!Find(from, name, out var value)) return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most ? number : throw RpcFault.Invalid(name, $"Must be a whole number from {least} to {most}.");
    }

    public static DateTimeOffset? Time(this JsonElement from, string name)
    {
        if (!Find(from, name, out var value)) return null;
        return value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var time) ? time : throw RpcFault.Invalid(name, "Must be a time as in 2026-11-23T10:00:00Z.");
    }

    public static JsonElement? Child(this JsonElement from, string name)
    {
        if (!Find(from, name, out var value)) return null;
        return value.ValueKind == JsonValueKind.Object ? value : throw RpcFault.Invalid(name, "Must be an object.");
    }

    private static bool Find(JsonElement from, string name, out JsonElement value) => from.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
}
