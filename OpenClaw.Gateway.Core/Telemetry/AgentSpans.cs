using System.Diagnostics;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Telemetry;

/// <summary>An attempt at an agent as a span, and the tools that it called, by the semantic conventions for generative AI and HTTP. Only while <see cref="MessageTraces.IsHeard"/>.</summary>
internal static class AgentSpans
{
    private static readonly string[] AddressKeys = ["url", "baseUrl", "cardUrl", "endpoint"];

    /// <summary>A request goes out.</summary>
    /// <param name="request">What the agent is given.</param>
    /// <param name="isOutside">It leaves the process.</param>
    public static Activity? Ask(AgentRequest request, bool isOutside)
    {
        var agent = request.Agent;
        var span = MessageTraces.Start($"invoke_agent {agent.Name}", isOutside ? ActivityKind.Client : ActivityKind.Internal, request.Id);
        if (span is null) return null;
        span.SetTag("gen_ai.operation.name", "invoke_agent");
        span.SetTag("gen_ai.agent.id", agent.Id.ToString());
        span.SetTag("gen_ai.agent.name", agent.Name);
        span.SetTag("gen_ai.conversation.id", request.SessionId.ToString());
        span.SetTag("openclaw.agent.kind", agent.Kind);
        span.SetTag("openclaw.attempt", request.Attempt);
        span.SetTag("openclaw.tenant", agent.Tenant.Slug);
        if (AddressOf(agent.Settings) is { } address) span.SetTag("server.address", address.Host).SetTag("server.port", address.Port);
        return span;
    }

    /// <summary>What came back.</summary>
    public static void Answered(Activity? span, AgentRequest request, AgentOutcome outcome)
    {
        if (span is null) return;
        if (outcome.Failure is { } failure) MessageSpans.Fail(span, failure.Cause);
        if (outcome.IsLater) span.SetTag("openclaw.outcome", "later");
        if (outcome.Handoff is not null) span.SetTag("openclaw.outcome", "handoff");
        if (outcome.Report is not { } report) return;
        if (report.Model is { } model) span.SetTag("gen_ai.response.model", model);
        if (report.InputTokens is { } input) span.SetTag("gen_ai.usage.input_tokens", input);
        if (report.OutputTokens is { } output) span.SetTag("gen_ai.usage.output_tokens", output);
        if (report.FirstToken is { } first) span.SetTag("openclaw.first_token_ms", Math.Round(first.TotalMilliseconds, 1));
        foreach (var step in report.Steps)
            if (step.Kind == AgentStepKinds.Tool) Tool(request, step);
    }

    /// <summary>The status of an agent's HTTP answer, on the span that goes on.</summary>
    public static void Status(int code)
    {
        if (MessageTraces.IsHeard && Activity.Current is { } span && span.Source.Name == MessageTraces.Name) span.SetTag("http.request.method", "POST").SetTag("http.response.status_code", code);
    }

    private static void Tool(AgentRequest request, AgentStep step)
    {
        using var span = MessageTraces.Start("execute_tool " + step.Name, ActivityKind.Internal, request.Id, step.At);
        if (span is null) return;
        span.SetTag("gen_ai.operation.name", "execute_tool").SetTag("gen_ai.tool.name", step.Name);
        if (step.Error is not null) MessageSpans.Fail(span, "tool_error");
        span.SetEndTime((step.At + TimeSpan.FromMilliseconds(step.TookMs)).UtcDateTime);
    }

    /// <summary>Host and port only: paths and queries of agents may hold credentials.</summary>
    private static Uri? AddressOf(JsonElement settings)
    {
        if (settings.ValueKind != JsonValueKind.Object) return null;
        foreach (var key in AddressKeys)
            if (settings.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String && Uri.TryCreate(value.GetString(), UriKind.Absolute, out var uri)) return uri;
        return null;
    }
}
