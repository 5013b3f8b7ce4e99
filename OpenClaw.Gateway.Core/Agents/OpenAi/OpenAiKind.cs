using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.Tools;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Agents.OpenAi;

/// <summary>The kind <c>openai</c>: a language model behind an OpenAI-compatible Chat Completions API, with tools from MCP servers.</summary>
internal sealed class OpenAiKind(OutgoingHttp http, IBlobStore blobs, TimeProvider time) : IAgentKind
{
    /// <summary>The secret that the server is shown.</summary>
    public const string ApiKey = "apiKey";

    public string Kind => "openai";

    public string Title => "OpenAI-compatible";

    public string Summary => "A language model: OpenAI, or any server with the same API (Ollama, vLLM, LM Studio, llama.cpp). Its answers stream, it remembers the conversation, and it can call tools.";

    public IReadOnlyList<string> MadeSecrets => [];

    public IReadOnlyList<SettingSpec> Settings => OpenAiSpecs.All;

    public IReadOnlyList<SettingPreset> Presets => OpenAiSpecs.Presets;

    public bool IsSecret(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name == ApiKey || (name.StartsWith(McpServerSetting.SecretPrefix, StringComparison.Ordinal) && McpServerSetting.IsName(name[McpServerSetting.SecretPrefix.Length..]));
    }

    public IReadOnlyList<string> SecretsOf(JsonElement settings) =>
        [ApiKey, .. McpServerSetting.Read(new(settings), "mcpServers").Select(s => s.Secret)];

    public SecretUse UseOf(string secret, JsonElement settings) => SecretUse.Optional;

    public SecretText? DescribeSecret(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name == ApiKey) return new("API key", "From the model's provider. Servers in your own house often need none: leave it empty then.");
        return IsSecret(name) ? new($"Token of {name[McpServerSetting.SecretPrefix.Length..]}", "Sent to this server of tools as “Authorization: Bearer …”. Leave it empty where none is needed.") : null;
    }

    public string? CheckSecret(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (string.IsNullOrWhiteSpace(value)) return "Must not be blank.";
        return value.Any(c => c is <= ' ' or > '~') ? "Must be ASCII without blanks and line breaks. Copy it without anything around it." : null;
    }

    public IEnumerable<(string Field, string Message)> Validate(JsonElement settings)
    {
        var reader = new SettingsReader(settings);
        OpenAiSettings.Read(reader);
        return reader.Faults.Concat(CommonSettings.Validate(settings)).Distinct();
    }

    public IAgent Create(AgentModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var settings = Read(model);
        var dialect = new Dialect();
        return new OpenAiAgent(
            new(settings, new ChatServer(settings, model.Secrets.GetValueOrDefault(ApiKey), http), new ChatBody(settings, dialect), dialect, new ContextReach(time), new ToolServers(settings.McpServers, model, http, time), blobs, time),
            new Redaction(model));
    }

    public ValueTask<IReadOnlyList<PreflightCheck>> CheckAsync(AgentModel model, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (Validate(model.Settings).ToList() is { Count: > 0 } faults) return new((IReadOnlyList<PreflightCheck>)[.. faults.Select(f => new PreflightCheck("settings", Ok: false, $"{f.Field}: {f.Message}", "Correct it."))]);
        return new OpenAiCheck(http, time).RunAsync(Read(model), model, cancellationToken);
    }

    public int HealthEverySeconds(JsonElement settings) => 30;

    private static OpenAiSettings Read(AgentModel model) => OpenAiSettings.Read(new(model.Settings)) ?? throw new ArgumentException("the settings are wrong", nameof(model));
}
