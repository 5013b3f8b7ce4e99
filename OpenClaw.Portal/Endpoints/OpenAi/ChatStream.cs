using System.Text;
using OpenClaw.Gateway.Core.Channels.Programs;
using OpenClaw.Portal.Endpoints.Programs;

namespace OpenClaw.Portal.Endpoints.OpenAi;

/// <summary>
/// Writes an answer as server-sent events, each piece as it comes. Nothing is sent before the first piece, so that a message that fails at once is told by a
/// status; while an agent thinks, comments keep the connection alive.
/// </summary>
internal sealed class ChatStream(HttpContext http, ChatAnswer answer, bool withUsage, TimeProvider time)
{
    private static readonly byte[] Done = "data: [DONE]\n\n"u8.ToArray();
    private readonly EventWriter _events = new(http);
    private readonly StreamedText _sent = new();

    /// <summary>Until the end. What fails once something was sent is told in the stream.</summary>
    public async Task RunAsync(ProgramTalk talk, Func<ProgramEnd, string> textOf, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var step in talk.StepsAsync(time, cancellationToken))
            {
                if (step is null) await _events.AliveAsync();
                else await TakeAsync(step, textOf);
            }

            talk.Delivered();
        }
        catch (OpenAiFault fault) when (_events.IsBegun)
        {
            await _events.EventAsync(fault.Body);
        }
        catch (OperationCanceledException) when (_events.IsBegun && !http.RequestAborted.IsCancellationRequested)
        {
            await _events.EventAsync(new OpenAiFault(
                StatusCodes.Status504GatewayTimeout, "No answer came in time (answerWithinSeconds of the channel). The message goes on, and its answer will stand in the session.", "answer_timeout").Body);
        }
    }

    private async Task TakeAsync(ProgramStep step, Func<ProgramEnd, string> textOf)
    {
        var text = _sent.Take(step.Pieces);
        if (text.Length > 0) await PieceAsync(text);
        if (step.End is { } end) await EndAsync(end, textOf(end));
    }

    private async Task PieceAsync(string text)
    {
        if (_sent.Begin()) await _events.EventAsync(answer.First());
        if (text.Length > 0) await _events.EventAsync(answer.Piece(text));
    }

    private async Task EndAsync(ProgramEnd end, string whole)
    {
        if (_sent.RestOf(whole) is not { } rest)
            throw new OpenAiFault(StatusCodes.Status502BadGateway, "The agent broke off and answered anew: what was streamed does not count. The whole answer stands in the session.", "answer_replaced");
        await PieceAsync(rest);
        await _events.EventAsync(answer.Last(end));
        if (withUsage && answer.Used(end) is { } used) await _events.EventAsync(used);
        await _events.WriteAsync(Done);
    }
}

/// <summary>What a stream has said so far. It cannot be taken back: once an answer begins anew, the rest waits until the whole is known.</summary>
internal sealed class StreamedText
{
    private const string Between = "\n\n";
    private readonly StringBuilder _sent = new();
    private int _reply = -1;
    private bool _isHeld;
    private bool _isBegun;

    /// <summary>True the first time.</summary>
    public bool Begin()
    {
        if (_isBegun) return false;
        return _isBegun = true;
    }

    /// <summary>What is to be sent of new pieces.</summary>
    public string Take(IReadOnlyList<ProgramPiece> pieces)
    {
        var from = _sent.Length;
        foreach (var piece in pieces)
        {
            if (piece.Anew && _sent.Length > 0) _isHeld = true;
            if (_isHeld || piece.Text.Length == 0) continue;
            if (piece.Reply != _reply && _sent.Length > 0) _sent.Append(Between);
            _reply = piece.Reply;
            _sent.Append(piece.Text);
        }

        return _sent.ToString(from, _sent.Length - from);
    }

    /// <summary>What is still to be sent of the whole; null when it is not what was sent.</summary>
    public string? RestOf(string whole)
    {
        var sent = _sent.ToString();
        if (whole.StartsWith(sent, StringComparison.Ordinal)) return whole[sent.Length..];
        return whole.Trim() == sent.Trim() ? "" : null;
    }
}
