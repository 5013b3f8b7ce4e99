using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Intents;
using OpenClaw.Gateway.Core.Routing.Intents;
using OpenClaw.Gateway.Core.Routing.Intents.Quality;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary>An intent as it is sent. All fields are optional in a patch; <c>examples</c> replaces all of them.</summary>
internal sealed record IntentBody(string? Name, string? Description, IReadOnlyList<string>? Examples);

/// <summary>A text that is asked about.</summary>
internal sealed record IntentEvaluateBody(string? Text);

/// <summary>How intents are recognised, as it is sent. The only secret is <c>embeddingsKey</c>.</summary>
internal sealed record IntentOptionsBody(double? Threshold, EmbeddingsView? Embeddings, Dictionary<string, string?>? Secrets);

/// <summary>The intent that a suggestion is an example of; left out, the suggested one.</summary>
internal sealed record AcceptBody
{
    public string? Intent { get; init; }
}

/// <summary><c>/intents</c>.</summary>
internal static class IntentsApi
{
    private const string What = "intent";

    /// <summary>What a call waits for a cross-validation that is still being made.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/intents", ListAsync).Listed<Page<IntentView>>("Lists intents with their examples, newest first");
        api.MapPost("/intents", CreateAsync).Taking<IntentBody>("name").Makes<IntentView>("Makes an intent of example sentences");
        api.MapGet("/intents/{id:guid}", GetAsync).Gives<IntentView>("Gets an intent");
        api.MapPatch("/intents/{id:guid}", PatchAsync).Taking<IntentBody>().Gives<IntentView>("Changes an intent (merge patch)");
        api.MapDelete("/intents/{id:guid}", DeleteAsync).Removes("Deletes an intent that no routing rule asks for");
        api.MapPost("/intents/evaluate", EvaluateAsync).Taking<IntentEvaluateBody>("text").Gives<IntentJudgement>("Says which intent a text has, with all scores; nothing is changed");
        api.MapGet("/intents/quality", QualityAsync).Gives<IntentQualityState>("How well the examples tell the intents apart (cross-validation)");
        api.MapGet("/intents/options", OptionsAsync).Gives<IntentOptionsView>("How intents are recognised");
        api.MapPatch("/intents/options", PatchOptionsAsync).Taking<IntentOptionsBody>().Gives<IntentOptionsView>("Changes how intents are recognised (merge patch)");
        api.MapGet("/intents/suggestions", SuggestionsAsync).Listed<Page<SuggestionView>>("Lists sentences that operators' reassignments suggest as examples, newest first");
        api.MapPost("/intents/suggestions/{id:guid}/accept", AcceptAsync).Taking<AcceptBody>().Gives<SuggestionAccepted>("Makes a suggestion an example of an intent");
        api.MapPost("/intents/suggestions/{id:guid}/dismiss", DismissAsync).Removes("Puts a suggestion aside");
    }

    private static async Task<IResult> ListAsync(HttpContext http, IntentQueries intents, CancellationToken cancellationToken) =>
        ApiAnswers.Ok(await intents.ListAsync(http.Tenant(), ApiAnswers.Page(http), cancellationToken));

    private static async Task<IResult> CreateAsync(HttpContext http, SaveIntent save, CancellationToken cancellationToken)
    {
        var result = await save.CreateAsync(http.Caller(), await ApiBody.JsonAsync(http), cancellationToken);
        return result.Value is { } view ? ApiAnswers.Created(http, view, view.Id, view.Version) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, IntentQueries intents, CancellationToken cancellationToken) =>
        await intents.GetAsync(http.Tenant(), id, cancellationToken) is { } view ? ApiAnswers.One(http, view, view.Version) : ApiProblems.NotFound(What);

    private static async Task<IResult> PatchAsync(HttpContext http, Guid id, IntentQueries intents, SaveIntent save, CancellationToken cancellationToken)
    {
        var result = await save.PatchAsync(http.Caller(), id, await ApiBody.JsonAsync(http), await ExpectedAsync(http, id, intents, cancellationToken), cancellationToken);
        return result.Value is { } view ? ApiAnswers.One(http, view, view.Version) : ApiProblems.From(result, What);
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, Guid id, IntentQueries intents, DeleteIntent delete, CancellationToken cancellationToken)
    {
        var result = await delete.RunAsync(http.Caller(), id, await ExpectedAsync(http, id, intents, cancellationToken), cancellationToken);
        return result.Status == AdminStatus.Done ? Results.NoContent() : ApiProblems.From(result, What);
    }

    private static async Task<IResult> EvaluateAsync(HttpContext http, IntentQueries intents, CancellationToken cancellationToken)
    {
        var body = await ApiBody.ReadAsync<IntentEvaluateBody>(http);
        return body.Text is { } text ? ApiAnswers.Ok(await intents.EvaluateAsync(http.Tenant(), text, cancellationToken)) : ApiProblems.Invalid("text", "A text is needed.");
    }

    private static async Task<IResult> QualityAsync(HttpContext http, IntentQueries intents, CancellationToken cancellationToken) =>
        ApiAnswers.Ok(await intents.QualityAsync(http.Tenant(), Patience, again: true, cancellationToken));

    private static async Task<IResult> OptionsAsync(HttpContext http, IntentQueries intents, CancellationToken cancellationToken)
    {
        var view = await intents.OptionsAsync(http.Tenant(), cancellationToken);
        return ApiAnswers.One(http, view, view.Version);
    }

    private static async Task<IResult> PatchOptionsAsync(HttpContext http, IntentQueries intents, SaveIntentOptions save, CancellationToken cancellationToken)
    {
        var expected = await ApiAnswers.IfMatchAsync(http, async () => (await intents.OptionsAsync(http.Tenant(), cancellationToken)).Version);
        var result = await save.PatchAsync(http.Caller(), await ApiBody.JsonAsync(http), expected, cancellationToken);
        return result.Value is { } view ? ApiAnswers.One(http, view, view.Version) : ApiProblems.From(result, "options");
    }

    private static async Task<IResult> SuggestionsAsync(HttpContext http, Suggestions suggestions, CancellationToken cancellationToken) =>
        ApiAnswers.Ok(await suggestions.ListAsync(http.Tenant(), ApiAnswers.Page(http), cancellationToken));

    private static async Task<IResult> AcceptAsync(HttpContext http, Guid id, Suggestions suggestions, CancellationToken cancellationToken)
    {
        var body = await ApiBody.ReadOptionalAsync<AcceptBody>(http);
        var result = await suggestions.AcceptAsync(http.Caller(), id, body.Intent, cancellationToken);
        return result.Value is { } view ? ApiAnswers.Ok(view) : ApiProblems.From(result, "suggestion");
    }

    private static async Task<IResult> DismissAsync(HttpContext http, Guid id, Suggestions suggestions, CancellationToken cancellationToken)
    {
        var result = await suggestions.DismissAsync(http.Caller(), id, cancellationToken);
        return result.Status == AdminStatus.Done ? Results.NoContent() : ApiProblems.From(result, "suggestion");
    }

    private static Task<int?> ExpectedAsync(HttpContext http, Guid id, IntentQueries intents, CancellationToken cancellationToken) =>
        ApiAnswers.IfMatchAsync(http, async () => (await intents.GetAsync(http.Tenant(), id, cancellationToken))?.Version);
}
