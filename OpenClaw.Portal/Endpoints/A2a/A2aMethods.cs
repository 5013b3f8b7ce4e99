using System.Globalization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Programs;
using OpenClaw.Gateway.Core.Channels.Programs;
using OpenClaw.Portal.Endpoints.Api;

namespace OpenClaw.Portal.Endpoints.A2a;

/// <summary>The protocol's methods, for one call.</summary>
internal sealed partial class A2aMethods(HttpContext http, ProgramCalls calls, MessageChoice choice, RpcRequest request, TimeProvider time)
{
    private const string HopsHeader = "X-OpenClaw-Hops";
    private const int UsualPage = 50;
    private const int LargestPage = 100;
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(5);
    private readonly Caller _caller = http.Caller();
    private readonly TaskForms _forms = new(calls, http.Tenant());

    public Task<IResult> RunAsync() => request.Method switch
    {
        "SendMessage" => SendAsync(isStreamed: false),
        "SendStreamingMessage" => SendAsync(isStreamed: true),
        "GetTask" => GetAsync(),
        "ListTasks" => ListAsync(),
        "CancelTask" => CancelAsync(),
        "SubscribeToTask" => SubscribeAsync(),
        "CreateTaskPushNotificationConfig" or "GetTaskPushNotificationConfig" or "ListTaskPushNotificationConfigs" or "DeleteTaskPushNotificationConfig" =>
            throw new RpcFault(RpcFault.NoPush, "Push notifications are not supported: stream, or ask for the task."),
        "GetExtendedAgentCard" => throw new RpcFault(RpcFault.Unsupported, "There is no extended card: the card holds all."),
        _ => throw new RpcFault(RpcFault.NoSuchMethod, $"There is no method {request.Method} in A2A {A2aCard.Version}."),
    };

    private async Task<IResult> SendAsync(bool isStreamed)
    {
        var message = IncomingMessage.Read(request.Params, http.Request.Headers[HopsHeader].ToString());
        if (message.Task is { } task) await RefuseAsync(task);
        var context = message.Context ?? Guid.NewGuid().ToString();
        var result = await calls.SendAsync(_caller, ProgramKinds.A2a, new()
        {
            Conversation = context, UserId = $"key:{_caller.Id}", UserName = message.UserName ?? _caller.Name, ExternalId = message.Id, Text = message.Text, Hops = message.Hops, Choice = choice,
        }, message.Files, http.RequestAborted);
        using var talk = result.Value ?? throw new RpcFault(RpcFault.InvalidRequest, result.Reason ?? "The channel of programs cannot be made.", StatusCodes.Status403Forbidden);
        if (!talk.Accepted.Accepted) throw RpcFault.Refused(talk.Accepted);
        if (isStreamed) return await StreamAsync(talk, context, TaskForms.Begun(talk.Accepted.MessageId, context, time.GetUtcNow()));
        if (!message.ReturnImmediately) await WaitAsync(talk, calls.AnswerTime(_caller.Tenant, ProgramKinds.A2a));
        var record = await calls.FindAsync(_caller, ProgramKinds.A2a, talk.Accepted.MessageId, http.RequestAborted) ?? throw RpcFault.NotFound(talk.Accepted.MessageId.ToString());
        if (record.IsEnd) talk.Delivered();
        return Answer(new { task = _forms.Task(record, message.HistoryLength) });
    }

    /// <summary>A task is over with its answer: the conversation goes on in its context.</summary>
    private async Task RefuseAsync(string task)
    {
        var record = await FindAsync(task);
        throw new RpcFault(RpcFault.Unsupported, record.IsEnd
            ? $"The task {task} is over. Send the message with its contextId alone: it becomes a task of its own."
            : $"The task {task} is being worked on and wants nothing. Send the message with its contextId alone: it is answered next.");
    }

    private async Task<IResult> GetAsync() => Answer(_forms.Task(await FindAsync(Id()), request.Params.Number("historyLength", 0, int.MaxValue)));

    private async Task<IResult> ListAsync()
    {
        var parameters = request.Params;
        var size = parameters.Number("pageSize", 1, LargestPage) ?? UsualPage;
        var after = parameters.Text("pageToken") is not { } token ? default(long?)
            : long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position : throw RpcFault.Invalid("pageToken", "Is none that this gateway gave.");
        var status = parameters.Text("status");
        var page = await calls.ListAsync(_caller, ProgramKinds.A2a, new(parameters.Text("contextId"), choice, TaskForms.StatesOf(status), parameters.Time("statusTimestampAfter"), size, after), http.RequestAborted);
        var (history, withArtifacts) = (parameters.Number("historyLength", 0, int.MaxValue), parameters.Flag("includeArtifacts"));
        return Answer(new
        {
            tasks = page.Items.Where(r => status is null || TaskForms.StatesOf(status) is null || TaskForms.StateOf(r.State, r.Detail) == status).Select(r => _forms.Task(r, history, withArtifacts)),
            nextPageToken = page.Next ?? "",
            pageSize = size,
            totalSize = page.Total,
        });
    }

    private async Task<IResult> CancelAsync()
    {
        var record = await FindAsync(Id());
        if (record.State == MessageState.Waiting) throw new RpcFault(RpcFault.NotCancelable, $"The task {record.Id} cannot be canceled: the agent has it, and answers later.");
        if (await calls.AttachAsync(_caller, ProgramKinds.A2a, record.Id, http.RequestAborted) is not { } attached) throw RpcFault.NotFound(record.Id.ToString());
        using var talk = attached.Talk;
        if (attached.Record.IsEnd || !await calls.StopAsync(_caller, record, http.RequestAborted)) throw new RpcFault(RpcFault.NotCancelable, $"The task {record.Id} is over already.");
        await WaitAsync(talk, StopWithin);
        return Answer(_forms.Task(await FindAsync(record.Id.ToString())));
    }

    private async Task<IResult> SubscribeAsync()
    {
        var record = await FindAsync(Id());
        if (await calls.AttachAsync(_caller, ProgramKinds.A2a, record.Id, http.RequestAborted) is not { } attached) throw RpcFault.NotFound(record.Id.ToString());
        using var talk = attached.Talk;
        if (attached.Record.IsEnd) throw new RpcFault(RpcFault.Unsupported, $"The task {record.Id} is over: ask for it.");
        return await StreamAsync(talk, record.Conversation, new { task = _forms.Task(attached.Record) });
    }

    private async Task<IResult> StreamAsync(ProgramTalk talk, string context, object first)
    {
        using var limit = new CancellationTokenSource(calls.AnswerTime(_caller.Tenant, ProgramKinds.A2a), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, http.RequestAborted);
        await new TaskStream(http, request, _forms, talk.Accepted.MessageId, context, time).RunAsync(talk, first, either.Token);
        return Results.Empty;
    }

    /// <summary>Until the task is over, or as long as a call may take: then it is told as it stands.</summary>
    private async Task WaitAsync(ProgramTalk talk, TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, http.RequestAborted);
        try
        {
            await talk.EndAsync(either.Token);
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            // the task goes on
        }
    }

    /// <summary>A task of this agent; another agent's, or another tenant's, is not there.</summary>
    private async Task<ProgramRecord> FindAsync(string task) =>
        Guid.TryParse(task, out var id) && await calls.FindAsync(_caller, ProgramKinds.A2a, id, http.RequestAborted) is { } record && record.Extras?.Choice == choice ? record : throw RpcFault.NotFound(task);

    private string Id() => request.Params.Text("id") ?? throw RpcFault.Invalid("id", "Is needed.");

    private IResult Answer(object result) => Results.Json(request.Result(result), ApiJson.Options);

    [LoggerMessage(3421, LogLevel.Error, "A call by A2A failed inside the gateway; tenant {Tenant}")]
    public static partial void LogFailed(ILogger logger, Exception fault, Guid tenant);
}
