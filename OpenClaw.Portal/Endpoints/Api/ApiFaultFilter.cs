using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Portal.Hosting.Protection;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary>Turns what a call throws into problems, so that no answer of the API is without a body that says what happened.</summary>
internal sealed partial class ApiFaultFilter(ILogger<ApiFaultFilter> logger) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (InvalidInputException fault)
        {
            return ApiProblems.Invalid(fault.Field, fault.Message);
        }
        catch (ApiProblemException fault)
        {
            return ApiProblems.Of(fault.Status, fault.Message);
        }
        catch (ForbiddenException fault)
        {
            return ApiProblems.Of(StatusCodes.Status403Forbidden, fault.Message);
        }
        catch (ArchiveFaultException fault)
        {
            return ApiProblems.Of(StatusCodes.Status422UnprocessableEntity, $"{fault.Message} Bring that file back from a back-up.");
        }
        catch (BadHttpRequestException fault)
        {
            return ApiProblems.Of(fault.StatusCode, fault.Message);
        }
        catch (Exception fault) when (!context.HttpContext.Response.HasStarted && DatabaseFaults.IsUnavailable(fault))
        {
            LogDatabaseAway(logger, context.HttpContext.Request.Method, context.HttpContext.GetEndpoint()?.DisplayName, fault.GetBaseException().Message);
            DatabaseFaults.AskToWait(context.HttpContext.Response);
            return ApiProblems.Of(StatusCodes.Status503ServiceUnavailable, DatabaseFaults.Sentence);
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !context.HttpContext.RequestAborted.IsCancellationRequested)
        {
            LogFailed(logger, fault, context.HttpContext.Request.Method, context.HttpContext.GetEndpoint()?.DisplayName);
            if (context.HttpContext.Response.HasStarted) throw;
            return ApiProblems.Of(StatusCodes.Status500InternalServerError, $"The gateway failed. Its log has more under {context.HttpContext.TraceIdentifier}.");
        }
    }

    [LoggerMessage(8109, LogLevel.Warning, "The API call {Method} {Endpoint} was told to come again: the database does not answer ({Cause})")]
    private static partial void LogDatabaseAway(ILogger logger, string method, string? endpoint, string cause);

    [LoggerMessage(8101, LogLevel.Error, "The API call {Method} {Endpoint} failed")]
    private static partial void LogFailed(ILogger logger, Exception fault, string method, string? endpoint);
}
