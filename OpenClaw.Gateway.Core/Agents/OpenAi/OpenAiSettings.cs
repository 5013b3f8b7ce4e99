using System.Text.Json;
using OpenClaw.Gateway.Core.Agents.Tools;

namespace OpenClaw.Gateway.Core.Agents.OpenAi;

/// <summary>What is done with pictures that people send.</summary>
internal enum ImageUse
{
    /// <summary>The model gets them; where its server refuses them it is only told of them.</summary>
    Auto,

    /// <summary>The model gets them.</summary>
    On,

    /// <summary>The model is only told of them.</summary>
    Off,
}

/// <summary>What an OpenAI-compatible agent is set to.</summary>
internal sealed record OpenAiSettings
{
    /// <summary>Where OpenAI itself is.</summary>
    public const string OpenAiUrl = "https://api.openai.com/v1";

    /// <summary>What the request may not get from <see cref="Parameters"/>: the gateway fills it in.</summary>
    public static readonly IReadOnlyList<string> OwnParameters =
        ["messages", "model", "stream", "stream_options", "tools", "tool_choice", "functions", "function_call", "n", "temperature", "max_tokens", "max_completion_tokens"];

    private const int DefaultAnswerWithin = 600;

    private static readonly IReadOnlyList<string> OwnHeaders =
        ["Authorization", "Host", "Content-Type", "Content-Length", "Transfer-Encoding", "Connection", "Accept", "Accept-Encoding", "Expect", "Upgrade", "Cookie", "User-Agent"];

    /// <summary>Without a slash at its end.</summary>
    public required Uri BaseUrl { get; init; }

    public required string Model { get; init; }

    public required PromptTemplate SystemPrompt { get; init; }

    public double? Temperature { get; init; }

    public int HistoryMessages { get; init; }

    public int? MaxTokens { get; init; }

    /// <summary>Without a token, or until the answer begins.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>The longest that a whole answer may take with all its steps, however lively it is.</summary>
    public TimeSpan AnswerWithin { get; init; }

    public ImageUse Images { get; init; }

    /// <summary>How often tools are called before the model must answer with what it has.</summary>
    public int ToolSteps { get; init; }

    public IReadOnlyList<McpServerSetting> McpServers { get; init; } = [];

    /// <summary>Names of agents that the model may hand the conversation over to.</summary>
    public IReadOnlyList<string> HandoffTo { get; init; } = [];

    /// <summary>More of the request's fields.</summary>
    public JsonElement? Parameters { get; init; }

    /// <summary>More headers.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Null when something needed is missing or wrong; the reader's faults say so.</summary>
    public static OpenAiSettings? Read(SettingsReader reader)
    {
        var url = ReadUrl(reader);
        var model = reader.String("model", 200, required: true);
        var timeout = reader.Int32("timeoutSeconds", 120, 1, 3_600);
        var read = new OpenAiSettings
        {
            BaseUrl = url ?? new(OpenAiUrl),
            Model = model ?? "",
            SystemPrompt = ReadPrompt(reader),
            Temperature = reader.Double("temperature", 0, 2),
            HistoryMessages = reader.Int32("historyMessages", 20, 0, 200),
            MaxTokens = reader.Int32("maxTokens", 0, 1, 1_000_000) is var most and > 0 ? most : null,
            Timeout = TimeSpan.FromSeconds(timeout),
            AnswerWithin = TimeSpan.FromSeconds(reader.Int32("answerWithinSeconds", Math.Max(DefaultAnswerWithin, timeout), 1, 86_400)),
            Images = reader.OneOf("images", "auto", "auto", "on", "off") switch { "on" => ImageUse.On, "off" => ImageUse.Off, _ => ImageUse.Auto },
            ToolSteps = reader.Int32("toolSteps", 8, 1, 50),
            McpServers = McpServerSetting.Read(reader, "mcpServers"),
            HandoffTo = reader.Strings("handoffTo", 50, 80) ?? [],
            Parameters = ReadParameters(reader),
            Headers = ReadHeaders(reader),
        };
        return url is null || model is null ? null : read;
    }

    private static Uri? ReadUrl(SettingsReader reader)
    {
        var url = reader.Has("baseUrl") ? reader.HttpUrl("baseUrl") : new(OpenAiUrl);
        if (url is null) return null;
        if (url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            reader.Refuse("baseUrl", "Must end with its path, without “?” and “#”.");
            return null;
        }

        // people paste the address of the call itself
        const string Call = "/chat/completions";
        var text = url.AbsoluteUri.TrimEnd('/');
        return new(text.EndsWith(Call, StringComparison.OrdinalIgnoreCase) ? text[..^Call.Length] : text);
    }

    private static PromptTemplate ReadPrompt(SettingsReader reader)
    {
        var prompt = PromptTemplate.Parse(reader.String("systemPrompt", PromptTemplate.Longest));
        foreach (var unknown in prompt.Unknown) reader.Refuse("systemPrompt", $"There is no variable {{{{{unknown}}}}}. There are: {PromptTemplate.Known}.");
        return prompt;
    }

    private static JsonElement? ReadParameters(SettingsReader reader)
    {
        if (reader.Json("parameters") is not { } parameters) return null;
        foreach (var own in parameters.EnumerateObject().Select(p => p.Name).Where(OwnParameters.Contains))
            reader.Refuse($"parameters.{own}", "The gateway fills this in itself: there is a setting for it, or it cannot be changed.");

        return parameters;
    }

    private static List<(string Name, string Value)> ReadHeaders(SettingsReader reader)
    {
        List<(string Name, string Value)> headers = [];
        if (reader.Json("headers") is not { } given) return headers;
        foreach (var header in given.EnumerateObject())
        {
            var value = header.Value.ValueKind == JsonValueKind.String ? header.Value.GetString()! : null;
            if (value is null || value.Any(c => c is < ' ' or > '~')) reader.Refuse($"headers.{header.Name}", "Must be a text of one line, in ASCII.");
            else if (header.Name.Length == 0 || !header.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')) reader.Refuse($"headers.{header.Name}", "This is no name of a header.");
            else if (OwnHeaders.Contains(header.Name, StringComparer.OrdinalIgnoreCase)) reader.Refuse($"headers.{header.Name}", "The gateway sets this header itself; a key belongs into the secret apiKey.");
            else headers.Add((header.Name, value));
        }

        return headers;
    }
}
