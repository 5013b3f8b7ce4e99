using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Agents.Echo;

/// <summary>
/// Answers with the message's own text, unchanged, and its attachments. A message that is only a pressed button is
/// answered with the button's value. Without delay and stream the answer is there when the call returns.
/// </summary>
internal sealed class EchoAgent(EchoSettings settings, TimeProvider time) : IUnboundedAgent
{
    public ValueTask<AgentOutcome> AskAsync(AgentRequest request, IAnswerSink sink, CancellationToken cancellationToken)
    {
        var reply = ReplyTo(request);
        if (settings.Stream) return StreamAsync(reply, sink, cancellationToken);
        return settings.Delay == TimeSpan.Zero ? new(AgentOutcome.Answer([reply])) : AnswerLaterAsync(reply, cancellationToken);
    }

    private static AgentReply ReplyTo(AgentRequest request)
    {
        if (request.Extras is not { } extras) return new(request.Text);
        var text = request.Text.IsEmpty && extras.Button is { } pressed ? Utf8Text.From(pressed) : request.Text;
        return new(text, extras.Attachments is { Count: > 0 } attachments ? new MessageExtras(attachments) : null);
    }

    private async ValueTask<AgentOutcome> AnswerLaterAsync(AgentReply reply, CancellationToken cancellationToken)
    {
        await Task.Delay(settings.Delay, time, cancellationToken).ConfigureAwait(false);
        return AgentOutcome.Answer([reply]);
    }

    private async ValueTask<AgentOutcome> StreamAsync(AgentReply reply, IAnswerSink sink, CancellationToken cancellationToken)
    {
        var pieces = TextPieces.Of(reply.Text);
        var pause = settings.Delay / Math.Max(1, pieces.Count);
        foreach (var piece in pieces)
        {
            if (pause > TimeSpan.Zero) await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            sink.Delta(0, piece);
        }

        return AgentOutcome.Answer([reply]);
    }
}
