using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Administration.Secrets;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary><c>/channels</c>.</summary>
internal static class ChannelsApi
{
    private const string What = "channel";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/channels", ListAsync).Listed<Page<ChannelView>>("Lists channels, newest first");
        api.MapPost("/channels", CreateAsync).Taking<ChannelBody>("kind", "name").Makes<ChannelView>("Makes a channel");
        api.MapGet("/channels/{id:guid}", GetAsync).Gives<ChannelView>("Gets a channel");
        api.MapPatch("/channels/{id:guid}", PatchAsync).Taking<ChannelBody>().Gives<ChannelView>("Changes a channel (merge patch)");
        api.MapDelete("/channels/{id:guid}", DeleteAsync).Removes("Deletes a channel");
        api.MapPost("/channels/{id:guid}/test", TestAsync).Gives<IReadOnlyList<PreflightCheck>>("Tries whether the channel can work");
        api.MapPost("/channels/{id:guid}/restart", RestartAsync).Gives<ChannelRestarted>("Closes the channel's connections, which come back by themselves");
        api.MapGet("/channels/{id:guid}/status", StatusAsync).Gives<ChannelStatus>("How the channel does on this node");
        api.MapGet("/channels/{id:guid}/gaps", GapsAsync).Listed<Page<ChannelGapView>>("Lists the times in which messages of the channel may have been missed, newest first");
        api.MapPost("/channels/{id:guid}/secrets/{name}/rotate", RotateAsync).Taking<RotateBody>().Gives<SecretView>("Makes a fresh secret; the former one holds for some hours more");
    }

    private static async Task<IResult> ListAsync(HttpContext http, ChannelQueries channels, CancellationToken cancellationToken) =>
        ApiAnswers.Ok(await channels.ListAsync(http.Tenant(), ApiAnswers.Page(http), cancellationToken));

    private static async Task<IResult> CreateAsync(HttpContext http, SaveChannel save, CancellationToken cancellationToken)
    {
        var result = await save.CreateAsync(http.Caller(), await ApiBody.JsonAsync(http), cancellationToken);
        return result.Value is { } view ? ApiAnswers.Created(http, view, view.Id, view.Version) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, ChannelQueries channels, CancellationToken cancellationToken) =>
        await channels.GetAsync(http.Tenant(), id, cancellationToken) is { } view ? ApiAnswers.One(http, view, view.Version) : ApiProblems.NotFound(What);

    private static async Task<IResult> PatchAsync(HttpContext http, Guid id, ChannelQueries channels, SaveChannel save, CancellationToken cancellationToken)
    {
        var result = await save.PatchAsync(http.Caller(), id, await ApiBody.JsonAsync(http), await ApiAnswers.IfMatchAsync(http, async () => (await channels.GetAsync(http.Tenant(), id, cancellationToken))?.Version), cancellationToken);
        return result.Value is { } view ? ApiAnswers.One(http, view, view.Version) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, Guid id, ChannelQueries channels, DeleteChannel delete, CancellationToken cancellationToken)
    {
        var result = await delete.RunAsync(http.Caller(), id, await ApiAnswers.IfMatchAsync(http, async () => (await channels.GetAsync(http.Tenant(), id, cancellationToken))?.Version), cancellationToken);
        return result.Status == AdminStatus.Done ? Results.NoContent() : ApiProblems.From(result, What);
    }

    private static async Task<IResult> TestAsync(HttpContext http, Guid id, TestChannel test, CancellationToken cancellationToken) =>
        await test.RunAsync(http.Tenant(), id, cancellationToken) is { } checks ? ApiAnswers.Ok(checks) : ApiProblems.NotFound(What);

    private static async Task<IResult> RestartAsync(HttpContext http, Guid id, RestartChannel restart, CancellationToken cancellationToken)
    {
        var result = await restart.RunAsync(http.Caller(), id, cancellationToken);
        return result.Value is { } done ? ApiAnswers.Ok(done) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> StatusAsync(HttpContext http, Guid id, ChannelStatusQuery status, CancellationToken cancellationToken) =>
        await status.GetAsync(http.Tenant(), id, cancellationToken) is { } view ? ApiAnswers.Ok(view) : ApiProblems.NotFound(What);

    private static async Task<IResult> GapsAsync(HttpContext http, Guid id, ChannelGapQueries gaps, CancellationToken cancellationToken) =>
        await gaps.ListAsync(http.Caller(), id, ApiAnswers.Page(http), cancellationToken) is { } page ? ApiAnswers.Ok(page) : ApiProblems.NotFound(What);

    private static async Task<IResult> RotateAsync(HttpContext http, Guid id, string name, RotateSecret rotate, CancellationToken cancellationToken)
    {
        var body = await ApiBody.ReadOptionalAsync<RotateBody>(http);
        var result = await rotate.OfChannelAsync(http.Caller(), id, name, body.OverlapHours, cancellationToken);
        return result.Value is { } view ? ApiAnswers.Ok(view) : ApiProblems.From(result, "secret");
    }
}
