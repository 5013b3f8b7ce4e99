using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Agents;
using OpenClaw.Gateway.Core.Administration.Secrets;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary><c>/agents</c>.</summary>
internal static class AgentsApi
{
    private const string What = "agent";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/agents", ListAsync).Listed<Page<AgentView>>("Lists agents, newest first");
        api.MapPost("/agents", CreateAsync).Taking<AgentBody>("kind", "name").Makes<AgentView>("Makes an agent");
        api.MapGet("/agents/{id:guid}", GetAsync).Gives<AgentView>("Gets an agent");
        api.MapPatch("/agents/{id:guid}", PatchAsync).Taking<AgentBody>().Gives<AgentView>("Changes an agent (merge patch)");
        api.MapDelete("/agents/{id:guid}", DeleteAsync).Removes("Deletes an agent that nothing names").MayFail(409);
        api.MapGet("/agents/{id:guid}/status", GetStatus).Gives<AgentStatus>("Says how an agent does at this moment: open requests, latency, failures, health");
        api.MapPost("/agents/{id:guid}/test", TestAsync).Taking<TestBody>().Gives<AgentTest>("Asks the agent one question; nothing is stored");
        api.MapPost("/agents/{id:guid}/secrets/{name}/rotate", RotateAsync).Taking<RotateBody>().Gives<SecretView>("Makes a fresh secret; the former one holds for some hours more");
    }

    private static async Task<IResult> ListAsync(HttpContext http, AgentQueries agents, CancellationToken cancellationToken) =>
        ApiAnswers.Ok(await agents.ListAsync(http.Tenant(), ApiAnswers.Page(http), cancellationToken));

    private static async Task<IResult> CreateAsync(HttpContext http, SaveAgent save, CancellationToken cancellationToken)
    {
        var result = await save.CreateAsync(http.Caller(), await ApiBody.JsonAsync(http), cancellationToken);
        return result.Value is { } view ? ApiAnswers.Created(http, view, view.Id, view.Version) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, AgentQueries agents, CancellationToken cancellationToken) =>
        await agents.GetAsync(http.Tenant(), id, cancellationToken) is { } view ? ApiAnswers.One(http, view, view.Version) : ApiProblems.NotFound(What);

    private static IResult GetStatus(HttpContext http, Guid id, AgentStatusQuery statuses) =>
        statuses.Get(http.Tenant(), id) is { } status ? ApiAnswers.Ok(status) : ApiProblems.NotFound(What);

    private static async Task<IResult> PatchAsync(HttpContext http, Guid id, AgentQueries agents, SaveAgent save, CancellationToken cancellationToken)
    {
        var result = await save.PatchAsync(http.Caller(), id, await ApiBody.JsonAsync(http), await ApiAnswers.IfMatchAsync(http, async () => (await agents.GetAsync(http.Tenant(), id, cancellationToken))?.Version), cancellationToken);
        return result.Value is { } view ? ApiAnswers.One(http, view, view.Version) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, Guid id, AgentQueries agents, DeleteAgent delete, CancellationToken cancellationToken)
    {
        var result = await delete.RunAsync(http.Caller(), id, await ApiAnswers.IfMatchAsync(http, async () => (await agents.GetAsync(http.Tenant(), id, cancellationToken))?.Version), cancellationToken);
        return result.Status == AdminStatus.Done ? Results.NoContent() : ApiProblems.From(result, What);
    }

    private static async Task<IResult> TestAsync(HttpContext http, Guid id, TestAgent test, CancellationToken cancellationToken)
    {
        var body = await ApiBody.ReadAsync<TestBody>(http);
        if (string.IsNullOrEmpty(body.Text)) return ApiProblems.Invalid("text", "A text is needed.");
        return await test.RunAsync(http.Tenant(), id, body.Text, cancellationToken) is { } answer ? ApiAnswers.Ok(answer) : ApiProblems.NotFound(What);
    }

    private static async Task<IResult> RotateAsync(HttpContext http, Guid id, string name, RotateSecret rotate, CancellationToken cancellationToken)
    {
        var body = await ApiBody.ReadOptionalAsync<RotateBody>(http);
        var result = await rotate.OfAgentAsync(http.Caller(), id, name, body.OverlapHours, cancellationToken);
        return result.Value is { } view ? ApiAnswers.Ok(view) : ApiProblems.From(result, "secret");
    }
}
