using System.Text.Json.Nodes;

namespace OpenClaw.FakePlatforms.Telegram.Api;

/// <summary>Does the work of a method.</summary>
internal delegate Task<JsonNode> ApiMethod(ApiCall call);

/// <summary>The methods that are played. Names are case-insensitive, as at Telegram.</summary>
internal sealed class ApiMethods
{
    private readonly Dictionary<string, ApiMethod> _methods = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The name as the documentation writes it; null: the method is not played.</summary>
    public string? NameOf(string method) => _names.GetValueOrDefault(method);

    public void Add(string name, ApiMethod method)
    {
        _methods[name] = method;
        _names[name] = name;
    }

    public void Add(string name, Func<ApiCall, JsonNode> method) => Add(name, call => Task.FromResult(method(call)));

    /// <exception cref="Refusal">The call failed.</exception>
    public Task<JsonNode> RunAsync(ApiCall call) =>
        _methods.TryGetValue(call.Method, out var method) ? method(call) : throw Refusal.Bad($"{call.Method} is not played by this server");
}
