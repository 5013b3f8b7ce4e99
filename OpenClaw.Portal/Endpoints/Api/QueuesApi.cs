using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Queues;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary><c>/queues</c> and <c>/circuits</c>, and the same steps on a channel's or agent's own address.</summary>
internal static class QueuesApi
{
    private static readonly (string Verb, SubjectFlow Flow, string Does)[] Steps =
    [
        ("pause", SubjectFlow.Paused, "Pauses {0}: what was accepted waits"),
        ("drain", SubjectFlow.Draining, "Drains {0}: what is under way is finished, nothing new begins"),
        ("resume", SubjectFlow.Running, "Lets work flow again through {0}"),
    ];

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/queues", ListAsync).Listed<Page<QueueView>>("Lists what waits for each channel and agent, newest of these first");
        api.MapGet("/circuits", CircuitsAsync).Listed<Page<CircuitItem>>("Lists the circuits of channels and agents, newest of these first");
        api.MapPost("/circuits/{id:guid}/force", ForceAsync).Taking<ForceBody>("state").Gives<CircuitItem>("Holds a circuit open or closed, for some minutes or until it is set to auto again");
        foreach (var (verb, flow, does) in Steps)
        {
            Map(api, "/queues", verb, flow, null, string.Format(System.Globalization.CultureInfo.InvariantCulture, does, "a channel or agent"));
            Map(api, "/channels", verb, flow, SubjectKind.Channel, string.Format(System.Globalization.CultureInfo.InvariantCulture, does, "a channel"));
            Map(api, "/agents", verb, flow, SubjectKind.Agent, string.Format(System.Globalization.CultureInfo.InvariantCulture, does, "an agent"));
        }
    }

    private static void Map(IEndpointRouteBuilder api, string list, string verb, SubjectFlow flow, SubjectKind? kind, string summary) =>
        api.MapPost($"{list}/{{id:guid}}/{verb}", (HttpContext http, Guid id, SetFlow set, CancellationToken cancellationToken) => FlowAsync(http, id, flow, kind, set, cancellationToken))
            .Taking<FlowBody>().Gives<QueueView>(summary);

    private static async Task<IResult> ListAsync(HttpContext http, QueueQueries queues, CancellationToken cancellationToken) =>
        ApiAnswers.Ok(await queues.ListAsync(http.Tenant(), ApiAnswers.Page(http), cancellationToken));

    private static async Task<IResult> CircuitsAsync(HttpContext http, QueueQueries queues, CancellationToken cancellationToken) =>
        ApiAnswers.Ok(await queues.CircuitsAsync(http.Tenant(), ApiAnswers.Page(http), cancellationToken));

    private static async Task<IResult> FlowAsync(HttpContext http, Guid id, SubjectFlow flow, SubjectKind? kind, SetFlow set, CancellationToken cancellationToken)
    {
        var body = await ApiBody.ReadOptionalAsync<FlowBody>(http);
        var result = await set.RunAsync(http.Caller(), id, flow, body.Reason, kind, cancellationToken);
        return result.Value is { } view ? ApiAnswers.Ok(view) : ApiProblems.From(result, kind switch { SubjectKind.Agent => "agent", SubjectKind.Channel => "channel", _ => "channel or agent" });
    }

    private static async Task<IResult> ForceAsync(HttpContext http, Guid id, ForceCircuit force, CancellationToken cancellationToken)
    {
        var body = await ApiBody.ReadAsync<ForceBody>(http);
        var result = await force.RunAsync(http.Caller(), id, body.State, body.Reason, body.Minutes, cancellationToken);
        return result.Value is { } circuit ? ApiAnswers.Ok(circuit) : ApiProblems.From(result, "channel or agent");
    }
}
