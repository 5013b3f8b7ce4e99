using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Jobs;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary><c>/jobs</c>.</summary>
internal static class JobsApi
{
    private const string What = "job";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/jobs", ListAsync).Gives<Page<JobView>>("Lists the jobs of the installation, by name");
        api.MapGet("/jobs/{name}", GetAsync).Gives<JobView>("Gets a job: its schedule, what runs, how it went last");
        api.MapPatch("/jobs/{name}", PatchAsync).Taking<JobBody>().Gives<JobView>("Changes when a job runs, or pauses it (merge patch)");
        api.MapGet("/jobs/{name}/runs", RunsAsync).Listed<Page<JobRunView>>("Lists the runs of a job, newest first");
        api.MapPost("/jobs/{name}/run", RunAsync).Gives<JobRunView>("Runs a job now and answers when it has ended, however it ended").Narrowed("dryRun");
        api.MapPost("/jobs/{name}/stop", StopAsync).Gives<JobRunView>("Asks the run that goes on to stop after its batch; a later run goes on from there");
    }

    private static async Task<IResult> ListAsync(HttpContext http, JobQueries jobs, CancellationToken cancellationToken) =>
        ApiAnswers.Ok(new Page<JobView>(await jobs.ListAsync(http.Caller(), cancellationToken), null));

    private static async Task<IResult> GetAsync(HttpContext http, string name, JobQueries jobs, CancellationToken cancellationToken) =>
        await jobs.GetAsync(http.Caller(), name, cancellationToken) is { } view ? Told(http, view) : ApiProblems.NotFound(What);

    private static async Task<IResult> PatchAsync(HttpContext http, string name, JobQueries jobs, ChangeJob change, CancellationToken cancellationToken)
    {
        var version = await ApiAnswers.IfMatchAsync(http, async () => (await jobs.GetAsync(http.Caller(), name, cancellationToken))?.Version);
        var result = await change.PatchAsync(http.Caller(), name, await ApiBody.JsonAsync(http), version, cancellationToken);
        return result.Value is { } view ? Told(http, view) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> RunsAsync(HttpContext http, string name, JobQueries jobs, CancellationToken cancellationToken) =>
        await jobs.RunsAsync(http.Caller(), name, ApiAnswers.Page(http), cancellationToken) is { } page ? ApiAnswers.Ok(page) : ApiProblems.NotFound(What);

    /// <summary>Whoever hangs up does not stop the run, and its Idempotency-Key still gets its answer: the call goes on to the end.</summary>
    private static async Task<IResult> RunAsync(HttpContext http, string name, RunJob run)
    {
        var dryRun = ApiAnswers.OneOf(http, "dryRun", ["true", "false"]) == "true";
        var result = await run.RunAsync(http.Caller(), name, dryRun, CancellationToken.None);
        return result.Value is { } view ? ApiAnswers.Ok(view) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> StopAsync(HttpContext http, string name, RunJob run, CancellationToken cancellationToken)
    {
        var result = await run.StopAsync(http.Caller(), name, cancellationToken);
        return result.Value is { } view ? ApiAnswers.Ok(view) : ApiProblems.From(result, What);
    }

    /// <summary>The tag is of the schedule, which is what a patch changes; a run in between changes the answer and no tag, so there is no 304.</summary>
    private static IResult Told(HttpContext http, JobView view)
    {
        http.Response.Headers.ETag = ApiAnswers.Tag(view.Version);
        return ApiAnswers.Ok(view);
    }
}
