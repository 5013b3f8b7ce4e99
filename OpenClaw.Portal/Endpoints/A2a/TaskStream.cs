using System.Text;
using OpenClaw.Gateway.Core.Channels.Programs;
using OpenClaw.Portal.Endpoints.Programs;

namespace OpenClaw.Portal.Endpoints.A2a;

/// <summary>Streams a task: what it is, its states, its replies piece by piece. A reply whose pieces are not what it came to in the end is told once more, whole.</summary>
internal sealed class TaskStream(HttpContext http, RpcRequest request, TaskForms forms, Guid id, string context, TimeProvider time)
{
    private readonly EventWriter _events = new(http);
    private readonly Dictionary<int, StringBuilder> _told = [];
    private readonly HashSet<int> _anew = [];
    private bool _isWorking;

    /// <summary>Until the task is over. <paramref name="first"/> is the first event.</summary>
    public async Task RunAsync(ProgramTalk talk, object first, CancellationToken cancellationToken)
    {
        try
        {
            await TellAsync(first);
            await foreach (var step in talk.StepsAsync(time, cancellationToken))
            {
                if (step is null) await _events.AliveAsync();
                else await TakeAsync(step);
            }

            talk.Delivered();
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            await _events.EventAsync(new RpcFault(RpcFault.Internal, "The task takes longer than this call may (answerWithinSeconds of the channel). It goes on: ask for it, or subscribe to it again.").Body(request.Id));
        }
    }

    private async Task TakeAsync(ProgramStep step)
    {
        if ((step.IsWorking || step.IsWaiting) && !_isWorking)
        {
            _isWorking = true;
            await TellAsync(TaskForms.StatusUpdate(id, context, TaskForms.Working(time.GetUtcNow())));
        }

        foreach (var piece in step.Pieces) await TakeAsync(piece);
        if (step.End is not { } end) return;
        for (var i = 0; i < end.Replies.Count; i++)
            if (!IsTold(i, end.Replies[i])) await TellAsync(forms.Whole(id, context, i, end.Replies[i]));
        await TellAsync(TaskForms.StatusUpdate(id, context, TaskForms.Ended(id, context, end, time.GetUtcNow())));
    }

    private async Task TakeAsync(ProgramPiece piece)
    {
        if (piece.Anew) _anew.Add(piece.Reply);
        if (piece.Text.Length == 0) return;
        if (!_told.TryGetValue(piece.Reply, out var told)) _told[piece.Reply] = told = new();
        var isAnew = _anew.Remove(piece.Reply);
        if (isAnew) told.Clear();
        await TellAsync(TaskForms.Piece(id, context, piece.Reply, piece.Text, append: told.Length > 0));
        told.Append(piece.Text);
    }

    private bool IsTold(int index, ProgramReply reply) => reply.Extras is null && _told.TryGetValue(index, out var told) && told.Equals(reply.Text.AsSpan());

    private Task TellAsync(object result) => _events.EventAsync(request.Result(result));
}
