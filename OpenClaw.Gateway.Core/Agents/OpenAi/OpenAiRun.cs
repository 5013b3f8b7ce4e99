using System.Globalization;
using System.Text.Json;
using OpenAI.Chat;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.Answers;
using OpenClaw.Gateway.Core.Agents.Tools;

namespace OpenClaw.Gateway.Core.Agents.OpenAi;

/// <summary>One message on its way through a model: asked, tools called, asked again, until it answers.</summary>
internal sealed class OpenAiRun(OpenAiContext context, AgentRequest request, IAnswerSink sink, AnswerTimer timer, AgentRunLog log, CancellationToken cancellationToken)
{
    private const int MostParallel = 4;
    private const int MostRepeats = 3;

    private readonly List<AgentReply> _replies = [];
    private readonly Dictionary<string, int> _calls = new(StringComparer.Ordinal);
    private readonly (string Model, double? Temperature) _choice = SessionChoice.Of(request.AgentSettings, context.Settings, log);
    private int _given;
    private int _toolsLength;
    private bool _isShortened;
    private bool _isStuck;

    public async ValueTask<AgentOutcome> RunAsync()
    {
        var settings = context.Settings;
        var files = await AttachmentInputs.ReadAsync(request, context.Blobs, settings.Images != ImageUse.Off, timer.Token).ConfigureAwait(false);
        var conversation = Conversation.Of(request, settings, files, context.Time.GetUtcNow());
        timer.Pause();
        var box = await context.Servers.OpenAsync(request.Tools, settings.HandoffTo.Count > 0 ? [HandOver.Tool] : [], log.Note, timer.Token).ConfigureAwait(false);
        List<ChatTool> tools = [.. box.Offered.Select(t => ChatTool.CreateFunctionTool(t.Name, t.Description, BinaryData.FromString(t.Schema)))];
        if (settings.HandoffTo.Count > 0) tools.Add(HandOver.Create(settings.HandoffTo));
        _toolsLength = box.Offered.Sum(static t => t.Name.Length + t.Description.Length + t.Schema.Length);
        Begin(conversation);
        for (var step = 1; ; step++)
        {
            var isLast = _isStuck || step > settings.ToolSteps;
            if (isLast && !_isStuck) log.Note("limit", string.Create(CultureInfo.InvariantCulture, $"Tools were called in {settings.ToolSteps} steps (toolSteps): the model was asked to answer with what it had."));
            var turn = await AskAsync(conversation, isLast ? [] : tools).ConfigureAwait(false);
            log.Count(turn);
            if (turn.HasText) _replies.Add(new(turn.Text));
            if (turn.Wishes.Count == 0) return Finish(turn);
            if (isLast) return GiveUp();
            if (HandOver.Read(turn.Wishes, settings.HandoffTo) is { } handoff) return HandedOver(handoff);
            timer.Pause();
            conversation.Add(turn, await CallAsync(turn.Wishes, box).ConfigureAwait(false));
        }
    }

    private async ValueTask<ModelTurn> AskAsync(Conversation conversation, List<ChatTool> tools)
    {
        while (true)
        {
            var (body, shape) = context.Body.Write(conversation, tools, _choice.Model, _choice.Temperature);
            timer.Progress();
            using var response = await context.Server.SendAsync(body, timer.Token).ConfigureAwait(false);
            ServerError error;
            if (response.Status == 200)
            {
                var reader = new CompletionReader(_replies.Count, sink, log);
                try
                {
                    return await AnswerStream.ReadAsync(response, reader, timer).ConfigureAwait(false);
                }
                catch (ServerErrorException e) when (!reader.Turn.HasText && reader.Turn.Wishes.Count == 0)
                {
                    error = e.Error;
                }
            }
            else
            {
                error = await ChatServer.ErrorOfAsync(response, timer.Token).ConfigureAwait(false);
            }

            if (!Mend(error, shape, conversation)) throw new RefusedException(OpenAiFailures.Of(error, response.Headers, context.Time.GetUtcNow()));
        }
    }

    /// <summary>True when the same may be asked again, another way.</summary>
    private bool Mend(ServerError error, RequestShape shape, Conversation conversation)
    {
        if (OpenAiFailures.IsTooLong(error)) return Shorten(error, conversation);

        if (context.Dialect.Learn(error, shape) is not { } learned) return false;
        log.Note("server", learned);
        return true;
    }

    /// <summary>Once for a message, so that it fits. What was refused is remembered: the next message begins with what fits.</summary>
    private bool Shorten(ServerError error, Conversation conversation)
    {
        var size = conversation.Size(_toolsLength);
        var fits = ContextRefusal.Fits(error, size);
        if (!conversation.HasImages) context.Reach.Remember(_choice.Model, size.Total, fits); // nobody knows what pictures are worth
        if (_isShortened || size.Entries == 0) return false;
        _isShortened = true;
        var dropped = conversation.Shorten(fits - size.Fixed);
        log.Note("history", string.Create(CultureInfo.InvariantCulture, $"The conversation was longer than the model can read at once: the {dropped} oldest of {size.Entries} messages were left out, and it was asked again."));
        return true;
    }

    /// <summary>The model has refused as much before: it is not asked in vain again.</summary>
    private void Begin(Conversation conversation)
    {
        var size = conversation.Size(_toolsLength);
        if (size.Entries == 0 || context.Reach.Of(_choice.Model, size.Total) is not { } fits) return;
        var dropped = conversation.Shorten(fits - size.Fixed);
        if (dropped > 0) log.Note("history", string.Create(CultureInfo.InvariantCulture, $"The conversation is longer than the model could read at once before: the {dropped} oldest of {size.Entries} messages were left out."));
    }

    /// <summary>Some at once; the results in the order of the wishes.</summary>
    private async ValueTask<IReadOnlyList<ToolResult>> CallAsync(IReadOnlyList<ToolWish> wishes, ToolBox box)
    {
        using var turns = new SemaphoreSlim(MostParallel);
        var calls = await Task.WhenAll(wishes.Select(w => CallAsync(w, box, turns, Repeats(w)))).ConfigureAwait(false);
        foreach (var call in calls) log.Tool(call.Name, call.Input, call.Result.IsError ? null : call.Result.Text, call.Result.IsError ? call.Result.Text : null, call.At, call.Took);
        return [.. calls.Select(c => Bounded(c.Result))];
    }

    /// <summary>All results of a message stay in memory until it is answered, and go to the model with each step.</summary>
    private ToolResult Bounded(ToolResult result)
    {
        if (result.Text.Length > ToolLimits.ResultsChars - _given) return new("The result is left out: tools have given as much for this message as the model may read. Answer with what you have.", IsError: true);
        _given += result.Text.Length;
        return result;
    }

    private int Repeats(ToolWish wish)
    {
        var mark = ToolArguments.Mark(wish.Name, wish.Arguments);
        return _calls[mark] = _calls.GetValueOrDefault(mark) + 1;
    }

    private async Task<CallMade> CallAsync(ToolWish wish, ToolBox box, SemaphoreSlim turns, int times)
    {
        await turns.WaitAsync(timer.Token).ConfigureAwait(false);
        try
        {
            var (at, start) = (context.Time.GetUtcNow(), context.Time.GetTimestamp());
            var tool = box.Find(wish.Name);
            var result = await ResultAsync(wish, tool, box, times).ConfigureAwait(false);
            return new(tool is null || tool.Name != tool.ToolName ? wish.Name : $"{tool.Server}__{tool.ToolName}", wish.Arguments, result, at, context.Time.GetElapsedTime(start));
        }
        finally
        {
            turns.Release();
        }
    }

    private async ValueTask<ToolResult> ResultAsync(ToolWish wish, OfferedTool? tool, ToolBox box, int times)
    {
        if (times >= MostRepeats)
        {
            _isStuck = true;
            return new(string.Create(CultureInfo.InvariantCulture, $"This very call was made {times - 1} times before. It is not made again: answer with what you have."), IsError: true);
        }

        if (tool is null) return new($"There is no tool “{Resilience.Excerpt.Short(wish.Name)}”. There are: {string.Join(", ", box.Offered.Select(t => t.Name).DefaultIfEmpty("none"))}.", IsError: true);
        if (!ToolArguments.TryRead(wish.Arguments, out var arguments, out var fault)) return new(fault, IsError: true);
        return await ToolBox.CallAsync(tool, arguments, timer.Token).ConfigureAwait(false);
    }

    private AgentOutcome Finish(ModelTurn turn)
    {
        var reason = turn.FinishReason ?? "stop";
        if (_replies.Count == 0 && !turn.HasText && Empty(reason) is { } failure) return failure;
        if (reason is "length" or "max_tokens") log.Note("length", "The answer was cut: the model had written as much as it may (maxTokens, or its own bound).");
        else if (reason == "content_filter") log.Note("content_filter", "The provider's content filter cut the answer.");
        else if (turn.IsRefusal) log.Note("refusal", "The model refused to answer.");
        else if (_replies.Count == 0) log.Note("empty", "The model answered with nothing.");
        return AgentOutcome.Answer(_replies);
    }

    private static AgentOutcome? Empty(string reason) => reason switch
    {
        "length" or "max_tokens" => AgentOutcome.Failed(FailureKind.Permanent, DeadLetterCauses.AgentError, "The model had written as much as it may before it said anything: all of it went into its thoughts. Raise maxTokens, or let it think less."),
        "content_filter" => AgentOutcome.Failed(FailureKind.Permanent, DeadLetterCauses.AgentError, "The provider's content filter stopped the answer before it began."),
        _ => null,
    };

    private AgentOutcome GiveUp()
    {
        log.Note("limit", "The model went on asking for tools instead of answering.");
        return _replies.Count > 0
            ? AgentOutcome.Answer(_replies)
            : AgentOutcome.Failed(FailureKind.Permanent, DeadLetterCauses.AgentError, "The model only asks for tools and does not answer. See its steps, its system prompt, and the setting toolSteps.");
    }

    private AgentOutcome HandedOver(Handoff handoff)
    {
        log.Note("handoff", $"The model hands the conversation over to “{handoff.Agent}”{(handoff.Reason is null ? "" : $": {handoff.Reason}")}");
        cancellationToken.ThrowIfCancellationRequested();
        return AgentOutcome.Answer(_replies, handoff: handoff);
    }

    private sealed record CallMade(string Name, string Input, ToolResult Result, DateTimeOffset At, TimeSpan Took);
}

/// <summary>The server refused, and nothing is left to try. Never leaves the kind.</summary>
internal sealed class RefusedException(AgentOutcome outcome) : Exception("The server refused the request.")
{
    public AgentOutcome Outcome => outcome;
}

/// <summary>What all requests of an agent share.</summary>
internal sealed record OpenAiContext(OpenAiSettings Settings, ChatServer Server, ChatBody Body, Dialect Dialect, ContextReach Reach, ToolServers Servers, IBlobStore Blobs, TimeProvider Time);

/// <summary>What a session may choose for itself (its agentSettings): <c>model</c> and <c>temperature</c>.</summary>
internal static class SessionChoice
{
    public static (string Model, double? Temperature) Of(byte[]? agentSettings, OpenAiSettings settings, AgentRunLog log)
    {
        var (model, temperature) = (settings.Model, settings.Temperature);
        if (agentSettings is not { Length: > 2 }) return (model, temperature);
        try
        {
            using var document = JsonDocument.Parse(agentSettings);
            var reader = new SettingsReader(document.RootElement, "agentSettings");
            (model, temperature) = (reader.String("model", 200) ?? model, reader.Double("temperature", 0, 2) ?? temperature);
            foreach (var (field, message) in reader.Faults) log.Note(field, $"It does not count: {message}");
        }
        catch (JsonException)
        {
            log.Note("agentSettings", "They do not count: they are no JSON.");
        }

        return (model, temperature);
    }
}
